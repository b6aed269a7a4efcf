import { asyncScheduler, defer, from, concat, type Observable, type SchedulerLike, share, tap, finalize, timer } from 'rxjs';

import type { VideoChunk } from './encode-video.ts';

export interface ShareOptions {
  /** How long the encoder goes on after the last watcher left: one who comes back at once need not wait. */
  readonly lingerMs?: number;
  /** Bytes of the last group of pictures that are kept for those who come late. */
  readonly groupBytes?: number;
  readonly scheduler?: SchedulerLike;
}

/**
 * One encoder for all who watch: it runs from the first subscription until a while after the last. Who comes late gets
 * what came since the last key frame at once, and can decode from there; when that was too much to keep, the next one.
 */
export const shareVideo = (
  video$: Observable<VideoChunk>,
  { lingerMs = 3000, groupBytes = 8 * 2 ** 20, scheduler = asyncScheduler }: ShareOptions = {},
): Observable<VideoChunk> => {
  let group: VideoChunk[] = [];
  let bytes = 0;

  const clear = (): void => {
    group = [];
    bytes = 0;
  };
  const keep = (chunk: VideoChunk): void => {
    if (chunk.keyFrame) clear();
    else if (group.length === 0) return;
    group.push(chunk);
    bytes += chunk.data.length;
    if (bytes > groupBytes) clear();
  };
  const shared$ = video$.pipe(
    tap(keep),
    finalize(clear),
    share({ resetOnRefCountZero: () => timer(lingerMs, scheduler) }),
  );
  return defer(() => concat(from([...group]), shared$));
};
