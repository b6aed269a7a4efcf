import { Observable, Subject } from 'rxjs';

import { shareVideo } from '../../src/video/share-video.ts';

interface Coded {
  readonly keyFrame: boolean;
  readonly data: Buffer;
  readonly id: number;
}
const coded = (id: number, keyFrame = false, bytes = 1): Coded => ({ id, keyFrame, data: Buffer.alloc(bytes) });

/** A source that counts how often it is running. */
const start = (groupBytes = 100) => {
  const given$ = new Subject<Coded>();
  const running = { now: 0, starts: 0 };
  const source$ = new Observable<Coded>((subscriber) => {
    running.now += 1;
    running.starts += 1;
    subscriber.add(() => (running.now -= 1));
    subscriber.add(given$.subscribe(subscriber));
  });
  const shared$ = shareVideo(source$, { lingerMs: 3000, groupBytes });
  const watch = () => {
    const ids: number[] = [];
    const subscription = shared$.subscribe(({ id }) => ids.push(id));
    return { ids, leave: () => subscription.unsubscribe() };
  };
  return { given$, running, watch };
};

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

test('one encoder runs for all, from the first watcher until a while after the last', () => {
  const { running, watch } = start();
  expect(running.starts).toBe(0);
  const [one, two] = [watch(), watch()];
  expect(running).toEqual({ now: 1, starts: 1 });
  one.leave();
  two.leave();
  jest.advanceTimersByTime(2999);
  const back = watch();
  jest.advanceTimersByTime(10_000);
  expect(running).toEqual({ now: 1, starts: 1 });
  back.leave();
  jest.advanceTimersByTime(3000);
  expect(running.now).toBe(0);
});

test('who comes late gets all since the last key frame at once, then what follows', () => {
  const { given$, watch } = start();
  const first = watch();
  for (const next of [coded(1, true), coded(2), coded(3, true), coded(4)]) given$.next(next);
  const late = watch();
  given$.next(coded(5));
  expect([first.ids, late.ids]).toEqual([
    [1, 2, 3, 4, 5],
    [3, 4, 5],
  ]);
  first.leave();
  late.leave();
  jest.advanceTimersByTime(3000);
});

test('a group of pictures that is too large is not kept, and the next one is', () => {
  const { given$, watch } = start(10);
  const first = watch();
  given$.next(coded(1, true, 6));
  given$.next(coded(2, false, 6));
  given$.next(coded(3));
  const late = watch();
  given$.next(coded(4, true));
  const later = watch();
  expect([late.ids, later.ids]).toEqual([[4], [4]]);
  for (const watcher of [first, late, later]) watcher.leave();
  jest.advanceTimersByTime(3000);
});

test('nothing of an encoder that ended is kept for the next one', () => {
  const { given$, watch } = start();
  const first = watch();
  given$.next(coded(1, true));
  first.leave();
  jest.advanceTimersByTime(3000);
  const second = watch();
  expect(second.ids).toEqual([]);
  second.leave();
  jest.advanceTimersByTime(3000);
});

test('nothing runs on after the source has completed, whoever watches', () => {
  const { given$, running, watch } = start();
  const first = watch();
  given$.complete();
  expect([running.now, jest.getTimerCount()]).toEqual([0, 0]);
  first.leave();
  watch();
  expect(running).toEqual({ now: 0, starts: 1 });
});
