import { useApp } from '../state/app.ts';
import { addressOf } from '../state/route.ts';
import { useStore } from '../state/use-store.ts';
import { alertDurationText } from '../ui/alert-text.ts';
import { durationText, exactText } from '../ui/time-text.ts';
import type { Alert } from '../wire.ts';

/** What can be said of an alert. */
export const AlertFacts = ({ alert }: { alert: Alert }) => {
  const { camera, kind, startAt, peakAt, endAt, peakScore, isQuiet, group } = alert;
  const now = useStore(useApp().clock);
  return (
    <dl class="facts">
      <div>
        <dt>Camera</dt>
        <dd>
          <a href={addressOf.camera(camera)}>{camera}</a>
        </dd>
      </div>
      <div>
        <dt>Began</dt>
        <dd class="number">{exactText(startAt)}</dd>
      </div>
      <div>
        <dt>{endAt === null ? 'Going on for' : 'Ended'}</dt>
        <dd class="number">
          {endAt === null ? durationText(now - startAt) : `${exactText(endAt)}, ${alertDurationText(alert)}`}
        </dd>
      </div>
      {kind === 'anomaly' && (
        <div>
          <dt>Peak</dt>
          <dd class="number">
            {peakScore.toFixed(2)} <span class="muted">after {durationText(peakAt - startAt)}</span>
          </dd>
        </div>
      )}
      {isQuiet && (
        <div>
          <dt>Quiet</dt>
          <dd>In quiet hours: nobody was notified</dd>
        </div>
      )}
      {group !== null && (
        <div>
          <dt>Group</dt>
          <dd>Several cameras gave it together{group !== alert.id && <GroupLink id={group} />}</dd>
        </div>
      )}
    </dl>
  );
};

const GroupLink = ({ id }: { id: string }) => (
  <>
    , <a href={addressOf.alert(id)}>this one first</a>
  </>
);
