import { addressOf } from '../state/route.ts';
import { alertDurationText, kindText } from '../ui/alert-text.ts';
import { Ago, SeverityMark, Snapshot } from '../ui/alert-parts.tsx';
import type { Alert } from '../wire.ts';

interface AlertTileProps {
  readonly alert: Alert;
  /** Of the list it is in, so that its page knows what comes before and after. */
  readonly query: string;
  /** In the view of its camera, whose name is there already. */
  readonly isOfCamera?: boolean;
}

/** An alert in short; a link to its page. */
export const AlertTile = ({ alert, query, isOfCamera = false }: AlertTileProps) => {
  const { id, camera, kind, severity, startAt, endAt, peakScore, verdict } = alert;
  return (
    <li class={endAt === null ? 'tile ongoing' : 'tile'} data-testid="alert" data-alert={id}>
      <a href={addressOf.alert(id, query)}>
        <span class="thumb">
          <Snapshot alert={alert} alt="" />
        </span>
        <span class="what">
          <strong>{isOfCamera ? kindText[kind] : camera}</strong>
          {!isOfCamera && <span>{kindText[kind]}</span>}
          <span class="when">
            <Ago at={startAt} />, <span class="nowrap">{alertDurationText(alert)}</span>
          </span>
          <span class="marks">
            <SeverityMark severity={severity} />
            {kind === 'anomaly' && (
              <span>
                peak <b class="number">{peakScore.toFixed(2)}</b>
              </span>
            )}
            {verdict && <span class={`verdict-word ${verdict}`}>{verdict === 'real' ? 'was real' : 'was normal'}</span>}
          </span>
        </span>
      </a>
    </li>
  );
};
