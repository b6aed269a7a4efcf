import type { CameraFeed } from '../state/camera-feed.ts';
import { useStore } from '../state/use-store.ts';
import { scalePlace } from './score-scale.ts';

const percent = (score: number): string => `${(100 * scalePlace(score)).toFixed(1)}%`;

/** A camera's score as a gauge with the threshold marked. */
export const ScoreBar = ({ feed }: { feed: CameraFeed }) => {
  const score = useStore(feed.score);
  const isOver = score !== undefined && score.value >= 1 && !score.isSceneChange;
  const text = score === undefined ? 'no score yet' : `${score.value.toFixed(2)} of a threshold of 1`;
  return (
    <div class={isOver ? 'score-bar over' : 'score-bar'}>
      <div
        class="gauge"
        role="meter"
        aria-label={`Anomaly score of ${feed.id}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(2, Math.ceil(score?.value ?? 0))}
        aria-valuenow={Math.round((score?.value ?? 0) * 100) / 100}
        aria-valuetext={text}
      >
        <span class="gauge-fill" style={{ width: percent(score?.value ?? 0) }} />
        <span class="gauge-mark" style={{ left: percent(1) }} />
      </div>
      <output class="number" aria-hidden="true">
        {score === undefined ? '–' : score.value.toFixed(2)}
      </output>
    </div>
  );
};
