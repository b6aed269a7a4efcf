import { ScoreChart } from '../chart/score-chart.tsx';
import type { ScorePoint } from '../state/score-history.ts';
import { useResource } from '../state/use-resource.ts';
import { Loading } from '../ui/notice.tsx';
import type { Alert } from '../wire.ts';

/** The scores around an alert, which is marked. */
export const AlertScores = ({ alert }: { alert: Alert }) => {
  const { id, startAt, endAt, peakAt } = alert;
  const { value, error } = useResource<{ points: readonly ScorePoint[] }>(
    `alerts/${encodeURIComponent(id)}/scores?peak=${Math.round(peakAt)}&ended=${endAt !== null}`,
  );
  if (value === undefined) return error === undefined ? <Loading what="scores" lines={1} /> : null;
  if (value.points.length === 0) return null;
  return (
    <section class="scores" aria-labelledby="scores-title">
      <h2 id="scores-title">Score around it</h2>
      <ScoreChart
        points={() => value.points}
        marks={[{ from: startAt, to: endAt }]}
        label="Score around the alert. The dashed line is the threshold, the band is the alert."
      />
    </section>
  );
};
