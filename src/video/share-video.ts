import {
  asyncScheduler,
  defer,
  from,
  concat,
  type Observable,
  type SchedulerLike,
  share,
  tap,
  finalize,
  timer,
} from 'rxjs';

/** What is needed to know of a coded picture to share it. */
interface Coded {
  readonly keyFrame: boolean;
  readonly data: Uint8Array;
}

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
export const shareVideo = <T extends Coded>(
  video$: Observable<T>,
  { lingerMs = 3000, groupBytes = 8 * 2 ** 20, scheduler = asyncScheduler }: ShareOptions = {},
): Observable<T> => {
  let group: T[] = [];
  let bytes = 0;

  const clear = (): void => {
    group = [];
    bytes = 0;
  };
  const keep = (chunk: T): void => {
    if (chunk.keyFrame) clear();
    else if (group.length === 0) return;
    group.push(chunk);
    bytes += chunk.data.length;
    if (bytes > groupBytes) clear();
  };
  const shared$ = video$.pipe(
    tap(keep),
    finalize(clear),
    // One that completed stays so: a reset would start the timer once more.
    share({ resetOnComplete: false, resetOnRefCountZero: () => timer(lingerMs, scheduler) }),
  );
  return defer(() => concat(from([...group]), shared$));
};
