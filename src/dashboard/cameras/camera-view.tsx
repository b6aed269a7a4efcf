import { ScoreBar } from '../chart/score-bar.tsx';
import { ScoreChart } from '../chart/score-chart.tsx';
import { AlertTile } from '../alerts/alert-tile.tsx';
import { useAlerts } from '../alerts/use-alerts.ts';
import { useApp } from '../state/app.ts';
import type { CameraFeed } from '../state/camera-feed.ts';
import { historyMs } from '../state/camera-feed.ts';
import { addressOf } from '../state/route.ts';
import { useStore } from '../state/use-store.ts';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failure, Loading } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { CameraActions } from './camera-actions.tsx';
import { CameraFacts } from './camera-facts.tsx';
import { CameraState } from './camera-state.tsx';
import { adviceOf } from './camera-text.ts';
import { Compare } from './compare.tsx';

const chartMs = 1000;
const shownAlerts = 8;

/** A camera by itself. */
export const CameraView = ({ id }: { id: string }) => {
  const { hub } = useApp();
  useTitle(id);
  const ids = useStore(hub.cameras);
  if (ids === undefined) return <Loading what={id} lines={4} />;
  if (!ids.includes(id))
    return (
      <Empty title={`There is no camera ${id}.`}>
        <a href={addressOf.grid}>All cameras</a>
      </Empty>
    );
  return <KnownCamera key={id} feed={hub.feed(id)} />;
};

const KnownCamera = ({ feed }: { feed: CameraFeed }) => {
  const { id } = feed;
  const status = useStore(feed.status);
  const alerts = useAlerts({ range: '7d', cameras: [id], kinds: [], severities: [] }, shownAlerts);
  const hasScore = status?.working.includes('anomaly') ?? false;
  return (
    <>
      <div class="head">
        <a class="back" href={addressOf.grid} aria-label="All cameras">
          <Icon name="back" />
        </a>
        <h1>{id}</h1>
        <CameraState status={status} />
        {status && <CameraActions status={status} />}
      </div>
      {status?.state === 'failed' && (
        <div class="notice failure" role="alert">
          <p>
            <strong>{status.cause}</strong> {status.message} {adviceOf(status.cause ?? '')}
          </p>
        </div>
      )}
      <div class="camera-view">
        <div class="camera-main">
          <Compare feed={feed} />
          {hasScore && <Scores feed={feed} marks={alerts.list} />}
          <CameraFacts feed={feed} />
        </div>
        <section class="camera-side" aria-labelledby="last-alerts">
          <div class="now-head">
            <h2 id="last-alerts">Last alerts</h2>
            <a href={addressOf.alerts(`range=7d&camera=${encodeURIComponent(id)}`)}>All of {id}</a>
          </div>
          <Failure error={alerts.error} onRetry={alerts.reload} />
          {alerts.list === undefined && !alerts.error && <Loading what="alerts" />}
          {alerts.list?.length === 0 && <Empty title="Nothing unusual in seven days." />}
          <ol class="tiles stacked">
            {alerts.list?.slice(0, shownAlerts).map((alert) => (
              <AlertTile key={alert.id} alert={alert} query="" isOfCamera />
            ))}
          </ol>
        </section>
      </div>
    </>
  );
};

const Scores = ({ feed, marks = [] }: { feed: CameraFeed; marks: ReturnType<typeof useAlerts>['list'] }) => (
  <section class="scores" aria-labelledby="score-title">
    <h2 id="score-title">Anomaly score</h2>
    <ScoreBar feed={feed} />
    <ScoreChart
      points={() => feed.history.points}
      refreshMs={chartMs}
      spanSeconds={historyMs / 1000}
      marks={marks.map(({ startAt, endAt }) => ({ from: startAt, to: endAt }))}
      label={`Score of ${feed.id} over the last five minutes. The dashed line is the threshold, bands are alerts.`}
    />
  </section>
);
