import { defer, Observable } from 'rxjs';
import type { ObservableInput, OperatorFunction } from 'rxjs';

/** Why a value got no result: a newer one of its key came, the queue was full, or the stream ended before its turn. */
export type BatchDropReason = 'superseded' | 'full' | 'closed';

export type BatchMapOptions<T> = {
  /** Most values in one batch. */
  readonly batchSize: number;
  /** Most batches in flight at once. */
  readonly concurrency: number;
  /** Called once for each value that is never projected; the place to release what it holds. */
  readonly onDrop?: (value: T, reason: BatchDropReason) => void;
} & ( // One of the two bounds the queue.
  | { readonly waiting: number; readonly key?: (value: T) => unknown }
  | { readonly waiting?: number; readonly key: (value: T) => unknown }
);

/**
 * Projects values in batches as soon as a slot is free; without a timer, batches grow only while all slots are busy.
 *
 * Freshest wins: at most `waiting` values wait, and the oldest is dropped for a newer one. With a `key` (a camera), at
 * most one value of each key waits: a newer one takes the older one's place, so a fast camera gains no turns over a slow
 * one; and at most one of each key is in flight, so the results of a key keep their order. Values given to `project`
 * belong to it; a `project` that fails ends the stream.
 */
export const batchMap =
  <T, R>(
    project: (batch: readonly T[]) => ObservableInput<R>,
    { batchSize, concurrency, waiting: limit = Infinity, key = () => Symbol(), onDrop }: BatchMapOptions<T>,
  ): OperatorFunction<T, R> =>
  (source) =>
    new Observable<R>((subscriber) => {
      const waiting = new Map<unknown, T>();
      const keysInFlight = new Set<unknown>();
      let batchesInFlight = 0;
      let ended = false;

      const drop = (waitingKey: unknown, reason: BatchDropReason): void => {
        const value = waiting.get(waitingKey) as T;
        waiting.delete(waitingKey);
        onDrop?.(value, reason);
      };

      const nextBatch = (): ReadonlyMap<unknown, T> => {
        const batch = new Map<unknown, T>();
        if (batchesInFlight === concurrency || subscriber.closed) return batch;
        for (const [waitingKey, value] of waiting) {
          if (batch.size === batchSize) break;
          if (!keysInFlight.has(waitingKey)) batch.set(waitingKey, value);
        }
        return batch;
      };

      const start = (batch: ReadonlyMap<unknown, T>): void => {
        batchesInFlight++;
        for (const batchKey of batch.keys()) {
          waiting.delete(batchKey);
          keysInFlight.add(batchKey);
        }
        subscriber.add(
          defer(() => project([...batch.values()])).subscribe({
            next: (result) => subscriber.next(result),
            error: (error: unknown) => subscriber.error(error),
            complete: () => {
              batchesInFlight--;
              for (const batchKey of batch.keys()) keysInFlight.delete(batchKey);
              advance();
            },
          }),
        );
      };

      const advance = (): void => {
        for (let batch = nextBatch(); batch.size > 0; batch = nextBatch()) start(batch);
        if (ended && batchesInFlight === 0 && waiting.size === 0) subscriber.complete();
      };

      const enqueue = (value: T): void => {
        const valueKey = key(value);
        const isNewer = waiting.has(valueKey);
        const older = waiting.get(valueKey) as T;
        waiting.set(valueKey, value);
        if (isNewer) onDrop?.(older, 'superseded');
      };

      subscriber.add(
        source.subscribe({
          next: (value) => {
            enqueue(value);
            advance();
            if (waiting.size > limit) drop(waiting.keys().next().value, 'full');
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            ended = true;
            advance();
          },
        }),
      );
      subscriber.add(() => {
        for (const waitingKey of waiting.keys()) drop(waitingKey, 'closed');
      });
    });
