import { openCamera } from '../camera/camera.ts';
import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import type { LearningProgress } from '../core/status.ts';
import { DataSetCollector, minFrames } from '../learn/data-set.ts';
import type { DataSet } from '../learn/data-set.ts';
import { liveFootageShape, liveFrames } from '../learn/denoising/learn-denoiser.ts';
import type { Log } from './log.ts';
import { openSource } from './source.ts';

interface CollectDeps {
  readonly ffmpeg: Ffmpeg;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LearningProgress) => void;
}

/**
 * Footage of a camera, as it is analysed and, where its denoiser is to learn, gray in the size of its live pictures.
 */
export interface CollectedFootage {
  readonly analysed: DataSet;
  readonly live: DataSet | undefined;
}

/** Collects live footage. Rejects with the signal's reason when it is interrupted. */
export const collectLive = async (
  camera: PipelineCamera,
  minutes: number,
  { ffmpeg, log, signal, onProgress }: CollectDeps,
): Promise<CollectedFootage> => {
  const { id, fps, tasks } = camera;
  const source = await openSource(camera, ffmpeg);
  const { live: _live, ...analysedOnly } = source.camera;
  const live = tasks.includes('denoise') ? { ...liveFootageShape(camera.live), fps: camera.live.fps } : undefined;
  const { frames$, live$, events$ } = openCamera({ ...analysedOnly, ...(live && { live }) }, { ffmpeg });
  const collector = new DataSetCollector(camera, fps);
  const watched = live && new DataSetCollector(live, live.fps);
  const wanted = Math.max(minFrames, Math.round(minutes * 60 * fps));
  const subscription = events$.subscribe((event) => {
    if (event.type !== 'failed') return;
    collector.cut();
    watched?.cut();
    log.warn({ camera: id, cause: event.cause }, event.message);
  });
  if (live && watched)
    subscription.add(
      live$.subscribe((frame) => {
        if (watched.seen < liveFrames(live)) watched.add(frame);
        frame.release();
      }),
    );
  try {
    await new Promise<void>((resolve) => {
      const frames = frames$.subscribe((frame) => {
        collector.add(frame);
        frame.release();
        const secondsLeft = (wanted - collector.seen) / fps;
        onProgress({ stage: 'collecting', fraction: collector.seen / wanted, secondsLeft });
        if (collector.seen >= wanted) stop();
      });
      const stop = (): void => {
        frames.unsubscribe();
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
    signal.throwIfAborted();
  } finally {
    subscription.unsubscribe();
    await source.close();
  }
  const name = `camera "${id}"`;
  return { analysed: collector.finish(name), live: watched && watched.seen > 0 ? watched.finish(name, 1) : undefined };
};
