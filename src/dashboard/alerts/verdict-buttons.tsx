import { useApp } from '../state/app.ts';
import { may } from '../state/session.ts';
import { useAction } from '../state/use-action.ts';
import { useStore } from '../state/use-store.ts';
import { type Alert, completeAlert, type Verdict } from '../wire.ts';

const texts: Readonly<Record<Verdict, string>> = { normal: 'This was normal', real: 'This was real' };

/** What somebody says of an alert; said twice it is taken back. */
export const VerdictButtons = ({ alert, onJudged }: { alert: Alert; onJudged?: (alert: Alert) => void }) => {
  const { api, keeper, alerts } = useApp();
  const judge = useAction(async (verdict: Verdict | null) => {
    const answer = await api.send<Alert>('PUT', `alerts/${encodeURIComponent(alert.id)}/verdict`, { verdict });
    // All lists hear of it by an alert event, as those of every other viewer do; this page need not wait for it.
    const judged = completeAlert(answer);
    alerts.put({ event: 'updated', alert: judged });
    onJudged?.(judged);
  });
  if (!may(useStore(keeper.session), 'operator')) return null;
  return (
    <div class="verdict">
      <div class="choice" role="group" aria-label={`What was it? ${alert.camera}`}>
        {(Object.keys(texts) as Verdict[]).map((verdict) => (
          <button
            type="button"
            key={verdict}
            aria-pressed={alert.verdict === verdict}
            onClick={() => judge.run(alert.verdict === verdict ? null : verdict)}
          >
            {texts[verdict]}
          </button>
        ))}
      </div>
      {alert.verdict !== null && (
        <button type="button" class="small quiet" onClick={() => judge.run(null)}>
          Undo
        </button>
      )}
      {judge.error !== undefined && (
        <p class="failure-text" role="alert">
          Nightjar could not record that. Try again.
        </p>
      )}
    </div>
  );
};
