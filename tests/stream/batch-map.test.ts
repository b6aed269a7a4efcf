import { Subject } from 'rxjs';

import { batchMap } from '../../src/stream/batch-map.ts';
import type { BatchMapOptions } from '../../src/stream/batch-map.ts';

/** Runs `batchMap` over strings such as 'a1' (camera a, frame 1); each batch ends when the test says so. */
const harness = (options: BatchMapOptions<string>) => {
  const source$ = new Subject<string>();
  const started: { batch: readonly string[]; end$: Subject<string> }[] = [];
  const results: string[] = [];
  const drops: string[] = [];
  const ended: unknown[] = [];
  const subscription = source$
    .pipe(
      batchMap(
        (batch: readonly string[]) => {
          const end$ = new Subject<string>();
          started.push({ batch, end$ });
          return end$;
        },
        { ...options, onDrop: (value, reason) => drops.push(`${value} ${reason}`) },
      ),
    )
    .subscribe({
      next: (result) => results.push(result),
      error: (error) => ended.push(error),
      complete: () => ended.push('completed'),
    });
  const push = (...values: string[]): void => values.forEach((value) => source$.next(value));
  const finish = (index: number): void => {
    const { batch, end$ } = started[index]!;
    for (const value of batch) end$.next(`${value} done`);
    end$.complete();
  };
  return {
    source$,
    started,
    results,
    drops,
    ended,
    subscription,
    push,
    finish,
    batches: () => started.map((run) => run.batch),
  };
};
const camera = (value: string): string => value[0]!;

test('starts the first value at once, then batches what came while the batch was in flight', () => {
  const { push, finish, batches, results } = harness({ batchSize: 3, concurrency: 1, waiting: 10 });
  push('a1', 'a2', 'a3', 'a4', 'a5');
  expect(batches()).toEqual([['a1']]);
  finish(0);
  finish(1);
  expect(batches()).toEqual([['a1'], ['a2', 'a3', 'a4'], ['a5']]);
  expect(results).toEqual(['a1 done', 'a2 done', 'a3 done', 'a4 done']);
});

test('keeps as many batches in flight as `concurrency` says', () => {
  const { push, finish, batches } = harness({ batchSize: 1, concurrency: 2, waiting: 10 });
  push('a1', 'a2', 'a3');
  expect(batches()).toEqual([['a1'], ['a2']]);
  finish(1);
  expect(batches()).toEqual([['a1'], ['a2'], ['a3']]);
});

test('drops the oldest waiting value when full, and says so', () => {
  const { push, finish, batches, drops } = harness({ batchSize: 2, concurrency: 1, waiting: 2 });
  push('a1', 'a2', 'a3', 'a4');
  expect(drops).toEqual(['a2 full']);
  finish(0);
  expect(batches()).toEqual([['a1'], ['a3', 'a4']]);
});

test('with nothing allowed to wait, still runs what finds a free slot', () => {
  const { push, finish, batches, drops } = harness({ batchSize: 1, concurrency: 1, waiting: 0 });
  push('a1', 'a2');
  finish(0);
  push('a3');
  expect(batches()).toEqual([['a1'], ['a3']]);
  expect(drops).toEqual(['a2 full']);
});

test('a newer frame of a camera replaces its waiting one', () => {
  const { push, finish, batches, drops } = harness({ batchSize: 4, concurrency: 1, key: camera });
  push('a1', 'b1', 'b2', 'b3');
  finish(0);
  expect(batches()).toEqual([['a1'], ['b3']]);
  expect(drops).toEqual(['b1 superseded', 'b2 superseded']);
});

test('a fast camera takes no turn from a slow one', () => {
  const { push, finish, batches } = harness({ batchSize: 1, concurrency: 1, key: camera });
  push('f1', 'f2', 'f3', 's1', 'f4', 'f5');
  finish(0);
  push('f6', 'f7');
  finish(1);
  expect(batches()).toEqual([['f1'], ['f5'], ['s1']]);
  push('s2', 'f8', 's3');
  finish(2);
  finish(3);
  expect(batches()).toEqual([['f1'], ['f5'], ['s1'], ['f8'], ['s3']]);
});

test('keeps the order of a camera: none of its frames starts while another is in flight', () => {
  const { push, finish, batches, started } = harness({ batchSize: 4, concurrency: 2, key: camera });
  push('a1', 'a2');
  expect(started).toHaveLength(1);
  push('b1');
  expect(batches()).toEqual([['a1'], ['b1']]);
  finish(1);
  expect(started).toHaveLength(2);
  finish(0);
  expect(batches()).toEqual([['a1'], ['b1'], ['a2']]);
});

test('completes after the source has, when the last waiting value is done', () => {
  const { push, finish, source$, ended, drops } = harness({ batchSize: 1, concurrency: 1, waiting: 5 });
  push('a1', 'a2');
  source$.complete();
  finish(0);
  expect(ended).toEqual([]);
  finish(1);
  expect(ended).toEqual(['completed']);
  expect(drops).toEqual([]);
});

test('reports what waits at unsubscribe once each, as closed, and unsubscribes from the batch in flight', () => {
  const { push, started, subscription, drops } = harness({ batchSize: 1, concurrency: 1, key: camera });
  push('a1', 'b1', 'c1');
  subscription.unsubscribe();
  push('d1');
  expect(drops).toEqual(['b1 closed', 'c1 closed']);
  expect(started[0]!.end$.observed).toBe(false);
});

test.each([
  ['the source', (run: ReturnType<typeof harness>, error: Error) => run.source$.error(error)],
  ['a batch', (run: ReturnType<typeof harness>, error: Error) => run.started[0]!.end$.error(error)],
])('an error of %s ends the stream and reports what was waiting', (_who, fail) => {
  const run = harness({ batchSize: 1, concurrency: 1, waiting: 5 });
  run.push('a1', 'a2');
  const error = new Error('broken');
  fail(run, error);
  expect(run.ended).toEqual([error]);
  expect(run.drops).toEqual(['a2 closed']);
});

test('a projection that throws ends the stream with its error', () => {
  const error = new Error('cannot encode');
  const source$ = new Subject<number>();
  const errors: unknown[] = [];
  source$
    .pipe(
      batchMap<number, number>(
        () => {
          throw error;
        },
        { batchSize: 1, concurrency: 1, waiting: 1 },
      ),
    )
    .subscribe({ error: (seen) => errors.push(seen) });
  source$.next(1);
  expect(errors).toEqual([error]);
  expect(source$.observed).toBe(false);
});

test('every value is projected or dropped, exactly once', () => {
  const { push, finish, batches, drops, source$, ended } = harness({
    batchSize: 2,
    concurrency: 2,
    waiting: 2,
    key: camera,
  });
  const values = Array.from({ length: 60 }, (_, index) => `${'abcde'[(index * 7) % 5]}${index}`);
  let finished = 0;
  values.forEach((value, index) => {
    push(value);
    if (index % 3 === 0 && finished < batches().length) finish(finished++);
  });
  source$.complete();
  while (finished < batches().length) finish(finished++);
  expect(ended).toEqual(['completed']);
  expect([...batches().flat(), ...drops.map((drop) => drop.split(' ')[0]!)].sort()).toEqual([...values].sort());
});
