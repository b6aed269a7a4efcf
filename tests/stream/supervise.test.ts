import { NEVER, Observable, VirtualTimeScheduler, concat, of, throwError, timer } from 'rxjs';
import { ignoreElements } from 'rxjs/operators';
import { supervise } from '../../src/stream/supervise.ts';

const backoff = { initialMs: 500, maxMs: 30_000, resetAfterMs: 10_000 };
const broken = throwError(() => new Error('broken'));

/** Supervises in simulated time until `untilMs`; tells when each attempt started, and its number. */
const attemptsOf = (
  run: (attempt: number, clock: VirtualTimeScheduler) => Observable<string>,
  untilMs: number,
  random: number,
) => {
  const scheduler = new VirtualTimeScheduler(undefined, untilMs);
  const attempts: [atMs: number, attempt: number][] = [];
  const waits: number[] = [];
  const runOnce = (attempt: number) => {
    attempts.push([scheduler.now(), attempt]);
    return run(attempt, scheduler);
  };
  const subscription = supervise(runOnce, {
    backoff,
    scheduler,
    random: () => random,
    onFailure: (_error, retryInMs) => waits.push(retryInMs),
  }).subscribe();
  scheduler.flush();
  subscription.unsubscribe();
  return { attempts, waits };
};

test('waits twice as long after each failure, up to the cap', () => {
  const { waits, attempts } = attemptsOf(() => broken, 130_000, 1);
  expect(waits.slice(0, 9)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(attempts.slice(0, 4)).toEqual([
    [0, 1],
    [500, 2],
    [1500, 3],
    [3500, 4],
  ]);
});

test('spreads the waits evenly between nothing and the limit', () => {
  expect(attemptsOf(() => broken, 2000, 0.25).waits.slice(0, 4)).toEqual([125, 250, 500, 1000]);
});

test('starts over with short waits after values have flowed for a while', () => {
  const flows = (attempt: number, clock: VirtualTimeScheduler) =>
    attempt < 4 ? broken : concat(of('frame'), timer(10_000, clock).pipe(ignoreElements()), broken);
  const { waits } = attemptsOf(flows, 20_000, 1);
  expect(waits.slice(0, 5)).toEqual([500, 1000, 2000, 500, 1000]);
});

test('a run that gave one value and failed at once does not shorten the waits', () => {
  const { waits } = attemptsOf(() => concat(of('frame'), broken), 4000, 1);
  expect(waits).toEqual([500, 1000, 2000, 4000]);
});

test('passes values and completion on', () => {
  const seen: string[] = [];
  supervise(() => of('a', 'b')).subscribe({ next: (value) => seen.push(value), complete: () => seen.push('end') });
  expect(seen).toEqual(['a', 'b', 'end']);
});

test('unsubscribing ends the run, and a wait, for good', () => {
  const scheduler = new VirtualTimeScheduler();
  let running = 0;
  let starts = 0;
  const run = new Observable<string>(() => {
    running += 1;
    return () => (running -= 1);
  });
  const whileRunning = supervise(() => run, { scheduler }).subscribe();
  expect(running).toBe(1);
  whileRunning.unsubscribe();
  expect(running).toBe(0);

  const failing = () => {
    starts += 1;
    return starts > 1 ? NEVER : broken;
  };
  supervise(failing, { scheduler }).subscribe().unsubscribe();
  scheduler.flush();
  expect(starts).toBe(1);
});
