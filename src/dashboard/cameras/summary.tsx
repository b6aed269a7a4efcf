import { useApp } from '../state/app.ts';
import { useStore } from '../state/use-store.ts';

/** The last seconds of all cameras, in four numbers. */
export const Summary = () => {
  const summary = useStore(useApp().hub.summary);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['frames/s', summary?.framesPerSecond.toFixed(1)],
    ['dropped/s', summary?.droppedPerSecond.toFixed(1)],
    ['latency p95', summary?.latencyP95Ms === undefined ? undefined : `${Math.round(summary.latencyP95Ms)} ms`],
    ['viewers', summary === undefined ? undefined : String(summary.viewers)],
  ];
  return (
    <dl class="summary" data-testid="summary" aria-label="The last seconds, all cameras">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="number">{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
};
