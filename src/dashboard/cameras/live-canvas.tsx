import { useEffect, useRef } from 'preact/hooks';

import { drawHeatmap } from '../picture/heatmap.ts';
import { jpegPainter } from '../picture/jpeg-painter.ts';
import type { PictureKind } from '../../server/protocol.ts';
import { useApp } from '../state/app.ts';
import type { CameraFeed } from '../state/camera-feed.ts';

const pictureText: Readonly<Record<PictureKind, string>> = {
  raw: 'Camera picture',
  denoised: 'Denoised picture',
  colorized: 'Picture with synthetic colours',
  heatmap: 'Heat map of what is unusual',
};

/** One kind of a camera's pictures as they come, by JPEG. They are asked for only while the canvas is on the screen. */
export const LiveCanvas = ({ feed, kind }: { feed: CameraFeed; kind: PictureKind }) => {
  const { hub } = useApp();
  const element = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = element.current;
    if (!canvas) return;
    let unwant: (() => void) | undefined;
    const screen = new IntersectionObserver((entries) => {
      const isSeen = entries.at(-1)?.isIntersecting ?? false;
      if (isSeen) unwant ??= hub.want(feed.id, [kind]);
      else {
        unwant?.();
        unwant = undefined;
      }
    });
    screen.observe(canvas);
    const painter = kind === 'heatmap' ? undefined : jpegPainter(canvas);
    const stop = feed.onPicture((frame) => {
      if (frame.kind !== kind) return;
      if (painter) painter.show(frame);
      else drawHeatmap(canvas, frame);
    });
    return () => {
      screen.disconnect();
      unwant?.();
      stop();
      painter?.close();
    };
  }, [hub, feed, kind]);
  return (
    <canvas
      ref={element}
      class={kind}
      role="img"
      aria-label={`${pictureText[kind]} of ${feed.id}`}
      data-testid={`${kind}-${feed.id}`}
    />
  );
};
