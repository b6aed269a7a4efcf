import { addressOf } from '../state/route.ts';
import { SeverityMark, Snapshot } from '../ui/alert-parts.tsx';
import { alertDurationText, kindText } from '../ui/alert-text.ts';
import type { Alert } from '../wire.ts';
import { VerdictButtons } from './verdict-buttons.tsx';

const exact = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }); // prettier-ignore

/** An alert in the list of the alerts' view, to be opened or judged. */
export const AlertRow = ({ alert, query }: { alert: Alert; query: string }) => {
  const { id, camera, kind, severity, startAt, endAt, peakScore, isQuiet, group, hasClip } = alert;
  return (
    <li class={endAt === null ? 'row ongoing' : 'row'} data-testid="alert" data-alert={id}>
      <a class="thumb" href={addressOf.alert(id, query)} tabIndex={-1} aria-hidden="true">
        <Snapshot alert={alert} alt="" />
      </a>
      <div class="what">
        <h3>
          <a href={addressOf.alert(id, query)}>
            {kindText[kind]} <span class="muted">at</span> {camera}
          </a>
        </h3>
        <p class="when">
          <span class="number">{exact.format(startAt)}</span>
          <span class="muted">, {alertDurationText(alert)}</span>
        </p>
        <p class="marks">
          <SeverityMark severity={severity} />
          {kind === 'anomaly' && (
            <span>
              peak <b class="number">{peakScore.toFixed(2)}</b>
            </span>
          )}
          {hasClip && <span>clip</span>}
          {group !== null && <span>several cameras</span>}
          {isQuiet && <span>quiet</span>}
        </p>
      </div>
      <VerdictButtons alert={alert} />
    </li>
  );
};
