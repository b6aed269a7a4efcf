import type { ComponentChildren } from 'preact';

import { useApp } from '../state/app.ts';
import type { CameraFeed } from '../state/camera-feed.ts';
import { useStore } from '../state/use-store.ts';

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd class="number">{children}</dd>
  </div>
);

/** What can be said of a camera in numbers. */
export const CameraFacts = ({ feed }: { feed: CameraFeed }) => {
  const { hub } = useApp();
  const status = useStore(feed.status);
  const latencyMs = useStore(feed.latencyMs);
  const rates = useStore(hub.rates).get(feed.id);
  const lost = useStore(hub.lostPictures);
  return (
    <dl class="facts" data-testid="facts">
      <Fact name="Latency">{latencyMs === undefined ? '–' : `${Math.round(latencyMs)} ms`}</Fact>
      <Fact name="Analysed">{rates === undefined ? '–' : `${rates.framesPerSecond.toFixed(1)} /s`}</Fact>
      <Fact name="Dropped">{rates === undefined ? '–' : `${rates.droppedPerSecond.toFixed(1)} /s`}</Fact>
      <Fact name="Lost by this page">{lost}</Fact>
      {status && (
        <>
          <Fact name="Analysis">{`${status.width}×${status.height}, up to ${status.fps} /s`}</Fact>
          <Fact name="Live">{`${status.live.width}×${status.live.height}, up to ${status.live.fps} /s`}</Fact>
          <Fact name="Tasks">
            {status.tasks.map((task) => (status.working.includes(task) ? task : `${task} (no model)`)).join(', ')}
          </Fact>
          <Fact name="Address">{status.url}</Fact>
          {status.publish && (
            <Fact name="Published">
              {status.publish.kind} to {status.publish.url}:{' '}
              {status.publish.isUp ? 'up' : (status.publish.message ?? 'down')}
            </Fact>
          )}
        </>
      )}
    </dl>
  );
};
