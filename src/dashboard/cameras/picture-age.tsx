import { useApp } from '../state/app.ts';
import type { CameraFeed } from '../state/camera-feed.ts';
import { useStore } from '../state/use-store.ts';
import { durationText } from '../ui/time-text.ts';

/** A picture older than this is called old. */
const freshMs = 5000;

/** Says how old a picture is that is not fresh any more, or that there is none yet. */
export const PictureAge = ({ feed }: { feed: CameraFeed }) => {
  useStore(useApp().clock);
  const status = useStore(feed.status);
  const { pictureAt } = feed;
  const ageMs = pictureAt === undefined ? undefined : performance.now() - pictureAt;
  if (status?.state === 'paused') return <span class="age">Paused</span>;
  if (ageMs === undefined) return status?.state === 'failed' ? <span class="age">No picture</span> : null;
  return ageMs < freshMs ? null : (
    <span class="age" data-testid={`age-${feed.id}`}>
      {durationText(ageMs)} old
    </span>
  );
};
