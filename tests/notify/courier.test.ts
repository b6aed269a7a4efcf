import type { Attempt } from '../../src/notify/channel.ts';
import { Courier } from '../../src/notify/courier.ts';
import { openOutbox } from '../../src/notify/outbox.ts';
import type { Outbox } from '../../src/notify/outbox.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alertOf } from '../support/alert-of.ts';
import { waitUntil } from '../support/wait-until.ts';

let folder: string;
let outbox: Outbox;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-courier-'));
  outbox = openOutbox(folder, ['home'], { now: 0 });
});
afterEach(() => {
  outbox.close();
  rmSync(folder, { recursive: true });
});

const later = (message: string, afterMs?: number): Attempt => ({
  outcome: 'later',
  message,
  ...(afterMs !== undefined && { afterMs }),
});

/** Runs a courier in simulated time: each sleep moves the clock, until `endMs` or until nothing is left to do. */
const carry = async (
  answer: (id: string, now: number) => Attempt,
  { endMs = 100 * 3_600_000, maxAttempts = 15, isReady = (): boolean => true } = {},
) => {
  let now = 0;
  const stopping = new AbortController();
  const tried: [string, number][] = [];
  const losses = { dead: 0, discarded: 0 };
  const errors: unknown[] = [];
  const channel = {
    maxAttempts,
    concurrency: 1,
    get isReady() {
      return isReady();
    },
    deliver: async ({ id }: { id: string }) => {
      tried.push([id, now]);
      return answer(id, now);
    },
  };
  const courier = new Courier('home', channel, {
    outbox,
    onAttempt: () => undefined,
    onLosses: ({ dead, discarded }) => {
      losses.dead += dead;
      losses.discarded += discarded;
    },
    onError: (error) => errors.push(error),
    now: () => now,
    random: () => 1,
    sleep: async (ms) => {
      now += ms;
      if (now >= endMs || outbox.count('home').pending === 0) stopping.abort();
    },
  });
  await courier.run(stopping.signal);
  return { tried, losses, errors, now };
};

test('delivers the oldest first, and each once', async () => {
  for (const id of ['a', 'b', 'c']) outbox.add('home', 'opened', alertOf(id), 0);
  const { tried } = await carry(() => ({ outcome: 'delivered' }));
  expect(tried.map(([id]) => id)).toEqual(['a-opened', 'b-opened', 'c-opened']);
  expect(outbox.count('home')).toEqual({ pending: 0, dead: 0 });
});

test('waits longer after each failure, up to an hour, and gives up after the last attempt', async () => {
  outbox.add('home', 'opened', alertOf('a'), 0);
  const { tried, losses } = await carry(() => later('it answered 500'));
  const waits = tried.slice(1).map(([, at], index) => (at - tried[index]![1]) / 1000);
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600]);
  expect(losses).toEqual({ dead: 1, discarded: 0 });
  expect(outbox.deadLetters(1)[0]).toMatchObject({ attempts: 15, message: 'it answered 500' });
});

test('a notification that cannot be taken keeps no other from arriving for long', async () => {
  outbox.add('home', 'opened', alertOf('poison'), 0);
  for (const id of ['a', 'b']) outbox.add('home', 'opened', alertOf(id), 0);
  const { tried } = await carry((id) =>
    id.startsWith('poison') ? later('it answered 500') : { outcome: 'delivered' },
  );
  const at = new Map(tried.reverse());
  expect(at.get('a-opened')).toBeLessThanOrEqual(20_000);
  expect(at.get('b-opened')).toBeLessThanOrEqual(20_000);
});

test('what is refused for good is given up at once, with the reason', async () => {
  outbox.add('home', 'opened', alertOf('a'), 0);
  const { tried, losses } = await carry(() => ({ outcome: 'refused', message: 'it answered 404' }));
  expect([tried.length, losses.dead]).toEqual([1, 1]);
  expect(outbox.deadLetters(1)[0]).toMatchObject({ attempts: 1, message: 'it answered 404' });
});

test('a receiver that asks for time gets it, for everything', async () => {
  for (const id of ['a', 'b']) outbox.add('home', 'opened', alertOf(id), 0);
  let isFirst = true;
  const { tried } = await carry(() => {
    const answer: Attempt = isFirst ? later('it answered 429', 90_000) : { outcome: 'delivered' };
    isFirst = false;
    return answer;
  });
  expect(tried.slice(1).every(([, at]) => at >= 90_000)).toBe(true);
  expect(tried).toHaveLength(3);
});

test('a receiver that is down is tried once a minute at most, however many wait', async () => {
  for (let index = 0; index < 200; index++) outbox.add('home', 'opened', alertOf(`a${index}`), 0);
  const { tried } = await carry(() => later('refused'), { endMs: 3_600_000 });
  expect(tried.length).toBeGreaterThan(50);
  expect(tried.length).toBeLessThanOrEqual(65);
});

test('a receiver that is back gets everything at once, in order', async () => {
  for (let index = 0; index < 20; index++) outbox.add('home', 'opened', alertOf(`a${index}`), index);
  const backAt = 3 * 3_600_000;
  const { tried } = await carry((_id, now) => (now < backAt ? later('refused') : { outcome: 'delivered' }));
  const after = tried.filter(([, at]) => at >= backAt);
  expect(after).toHaveLength(20);
  expect(after.at(-1)![1] - after[0]![1]).toBe(0);
  const order = after.slice(1).map(([id]) => Number(id.slice(1, -'-opened'.length)));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('nothing is tried without a connection, and nothing given up but for its age', async () => {
  outbox.add('home', 'opened', alertOf('a'), 0);
  const { tried, losses, now } = await carry(() => later('never'), { isReady: () => false, endMs: 9 * 86_400_000 });
  expect(tried).toEqual([]);
  expect(losses.dead).toBe(1);
  expect(now).toBeGreaterThan(7 * 86_400_000);
  expect(outbox.deadLetters(1)[0]?.message).toBe('it waited for more than 168 hours');
});

test('an outbox that fails is told of and tried again', async () => {
  outbox.add('home', 'opened', alertOf('a'), 0);
  const real = outbox;
  let failures = 1;
  outbox = {
    ...real,
    delivered: (seq, at) => {
      if (failures-- > 0) throw new Error('disk full');
      real.delivered(seq, at);
    },
  };
  const { tried, errors } = await carry(() => ({ outcome: 'delivered' }));
  // Delivered twice rather than never.
  expect(tried).toHaveLength(2);
  expect(errors.map(String)).toEqual(['Error: disk full']);
});

test('looks again at once when it is woken', async () => {
  const stopping = new AbortController();
  const seen = new Promise<string>((resolve) => {
    const channel = {
      maxAttempts: 1,
      concurrency: 1,
      isReady: true,
      deliver: async ({ id }: { id: string }): Promise<Attempt> => {
        resolve(id);
        return { outcome: 'delivered' };
      },
    };
    const nothing = (): void => undefined;
    const courier = new Courier('home', channel, { outbox, onAttempt: nothing, onLosses: nothing, onError: nothing });
    const running = courier.run(stopping.signal);
    setTimeout(() => {
      outbox.add('home', 'opened', alertOf('a'), Date.now());
      courier.wake();
    }, 50);
    void running;
  });
  expect(await seen).toBe('a-opened');
  stopping.abort();
});

test('has as many under way as the channel takes, never two of one alert, and ends them before it ends', async () => {
  for (const id of ['a', 'b', 'c']) {
    outbox.add('home', 'opened', alertOf(id, { endAt: 5 }), Date.now());
    outbox.add('home', 'closed', alertOf(id, { endAt: 5 }), Date.now());
  }
  const stopping = new AbortController();
  const underWay = new Map<string, () => void>();
  const seen: string[][] = [];
  const channel = {
    maxAttempts: 1,
    concurrency: 2,
    isReady: true,
    deliver: async ({ id }: { id: string }): Promise<Attempt> => {
      await new Promise<void>((resolve) => underWay.set(id, resolve));
      underWay.delete(id);
      return { outcome: 'delivered' };
    },
  };
  const nothing = (): void => undefined;
  const courier = new Courier('home', channel, { outbox, onAttempt: nothing, onLosses: nothing, onError: nothing });
  const running = courier.run(stopping.signal);
  while (outbox.count('home').pending > 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push([...underWay.keys()]);
    [...underWay.values()][0]?.();
  }
  expect(Math.max(...seen.map((ids) => ids.length))).toBe(2);
  for (const ids of seen) expect(new Set(ids.map((id) => id[0])).size).toBe(ids.length);
  outbox.add('home', 'opened', alertOf('d'), Date.now());
  courier.wake();
  await waitUntil('it is under way', () => expect(underWay.size).toBeGreaterThan(0));
  stopping.abort();
  underWay.get('d-opened')?.();
  await running;
  expect(outbox.count('home').pending).toBe(0);
});
