import { useApp } from '../state/app.ts';
import { useStore } from '../state/use-store.ts';
import { severities, type Alert, type Severity } from '../wire.ts';
import { severityText, snapshotPath } from './alert-text.ts';
import { agoText } from './time-text.ts';

/** One to three bars and the word: never the colour alone. */
export const SeverityMark = ({ severity }: { severity: Severity }) => (
  <span class={`severity ${severity}`}>
    <svg viewBox="0 0 14 12" aria-hidden="true">
      {severities.map((_name, index) => (
        <rect
          key={index}
          x={index * 5}
          y={8 - index * 4}
          width="4"
          height={4 + index * 4}
          class={index <= severities.indexOf(severity) ? 'on' : 'off'}
        />
      ))}
    </svg>
    {severityText[severity]}
  </span>
);

/** How long ago, kept true; the exact time on hovering and for machines. */
export const Ago = ({ at }: { at: number }) => {
  const now = useStore(useApp().clock);
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>
      {agoText(at, now)}
    </time>
  );
};

/** The picture of an alert, or a place that says there is none. */
export const Snapshot = ({ alert, alt }: { alert: Alert; alt: string }) =>
  alert.snapshot === '' ? (
    <span class="no-snapshot" role="img" aria-label={alt === '' ? 'No picture' : `${alt}: no picture`}>
      No picture
    </span>
  ) : (
    <img src={`api/${snapshotPath(alert)}`} alt={alt} loading="lazy" decoding="async" />
  );
