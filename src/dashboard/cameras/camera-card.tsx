import { ScoreBar } from '../chart/score-bar.tsx';
import { useApp } from '../state/app.ts';
import type { Preferences } from '../state/preferences.ts';
import { addressOf } from '../state/route.ts';
import { useStore } from '../state/use-store.ts';
import type { CameraStatus } from '../wire.ts';
import { CameraState } from './camera-state.tsx';
import { LearningBar } from './learning-bar.tsx';
import { LiveCanvas } from './live-canvas.tsx';
import { PictureAge } from './picture-age.tsx';

/** What a card shows: what is wished, where the camera has it. */
const kindFor = (
  wished: Preferences['picture'],
  status: CameraStatus | undefined,
  isColorized: boolean,
): Preferences['picture'] => {
  if (wished === 'colorized' && isColorized) return 'colorized';
  return wished !== 'raw' && status?.working.includes('denoise') ? 'denoised' : 'raw';
};

const caption = { raw: undefined, denoised: 'Denoised', colorized: 'Synthetic colours' } as const;

/** One camera in the grid: its picture, its state, its score. */
export const CameraCard = ({ id, isAlarmed }: { id: string; isAlarmed: boolean }) => {
  const { hub, preferences } = useApp();
  const feed = hub.feed(id);
  const status = useStore(feed.status);
  const { picture, heat } = useStore(preferences);
  const kind = kindFor(picture, status, useStore(feed.isColorized));
  const hasScore = status?.working.includes('anomaly') ?? false;
  const { width = 16, height = 9 } = status?.live ?? {};
  return (
    <article
      class={isAlarmed ? 'card alarmed' : 'card'}
      aria-label={`Camera ${id}`}
      data-testid={`camera-${id}`}
      data-state={status?.state ?? 'connecting'}
    >
      <div class="picture" style={{ aspectRatio: `${width} / ${height}` }}>
        <LiveCanvas feed={feed} kind={kind} />
        {hasScore && heat && <LiveCanvas feed={feed} kind="heatmap" />}
        {caption[kind] && <span class="caption">{caption[kind]}</span>}
        <PictureAge feed={feed} />
      </div>
      <div class="card-foot">
        <h2>
          <a href={addressOf.camera(id)}>{id}</a>
        </h2>
        {isAlarmed && <span class="alarm-word">Unusual now</span>}
        <CameraState status={status} />
      </div>
      {status?.state === 'failed' && (
        <p class="why">
          <strong>{status.cause}</strong> {status.message}
        </p>
      )}
      {status?.learning && <LearningBar learning={status.learning} />}
      {hasScore && status?.state !== 'failed' && status?.state !== 'paused' && <ScoreBar feed={feed} />}
    </article>
  );
};
