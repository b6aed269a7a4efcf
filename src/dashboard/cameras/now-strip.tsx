import { useApp } from '../state/app.ts';
import { addressOf } from '../state/route.ts';
import { useStore } from '../state/use-store.ts';
import { AlertTile } from '../alerts/alert-tile.tsx';
import { Ago } from '../ui/alert-parts.tsx';
import { Loading } from '../ui/notice.tsx';

/** Alerts that ended so long ago are still worth a look. */
const justNowMs = 15 * 60_000;
const shown = 6;

/** What is unusual right now, and what was a moment ago. */
export const NowStrip = () => {
  const { alerts, clock } = useApp();
  const recent = useStore(alerts.recent);
  const now = useStore(clock);
  if (recent === undefined) return <Loading what="alerts" lines={1} />;
  const current = recent.filter(({ endAt }) => endAt === null || now - endAt < justNowMs);
  const ongoing = current.filter(({ endAt }) => endAt === null);
  const tiles = [...ongoing, ...current.filter(({ endAt }) => endAt !== null)].slice(0, shown);
  const [last] = recent;
  return (
    <section class="now" aria-labelledby="now-title">
      <div class="now-head">
        <h2 id="now-title">
          {ongoing.length > 0 ? `${ongoing.length} unusual right now` : 'Nothing unusual right now'}
          {ongoing.length === 0 && tiles.length > 0 && <span class="muted"> · these ended in the last 15 minutes</span>}
        </h2>
        {last && tiles.length === 0 && (
          <a href={addressOf.alert(last.id)}>
            Last alert: {last.camera}, <Ago at={last.startAt} />
          </a>
        )}
        {tiles.length > 0 && <a href={addressOf.alerts()}>All alerts</a>}
      </div>
      {tiles.length > 0 && (
        <ol class="tiles">
          {tiles.map((alert) => (
            <AlertTile key={alert.id} alert={alert} query="" />
          ))}
        </ol>
      )}
    </section>
  );
};
