import { DownWatch } from '../../src/alert/down-watch.ts';
import { KeptFrame } from '../../src/alert/kept-frame.ts';
import type { CameraStatus } from '../../src/core/status.ts';

/** What is told of a camera that is in each state for some seconds, looked at every second. */
const watch = (steps: readonly (readonly [CameraStatus['state'] | 'gone', number])[]) => {
  const down = new DownWatch({ cameraDownSeconds: 30, cooldownSeconds: 20 }, () => undefined);
  const told: { second: number; event: string; id: string; startAt: number; endAt: number | null }[] = [];
  let second = 0;
  for (const [state, seconds] of steps) {
    for (const end = second + seconds; second < end; second++) {
      const cameras = state === 'gone' ? [] : [{ id: 'door', state }];
      for (const { event, alert } of down.next([...cameras, { id: 'yard', state: 'live' }], second * 1000)) {
        expect(alert).toMatchObject({
          camera: 'door',
          kind: 'camera-down',
          severity: 'high',
          snapshot: '',
          snapshotAt: null,
          peakScore: 1,
        });
        told.push({ second, event, id: alert.id, startAt: alert.startAt, endAt: alert.endAt });
      }
    }
  }
  return told;
};

test('a camera that gives no picture for the time is down since it went, until it is back', () => {
  const told = watch([
    ['live', 10],
    ['failed', 25],
    ['connecting', 25],
    ['live', 10],
  ]);
  expect(told).toMatchObject([
    { second: 40, event: 'opened', startAt: 10_000, endAt: null },
    { second: 60, event: 'closed', startAt: 10_000, endAt: 59_000 },
  ]);
});

test.each([
  ['that is back in time', [['failed', 30] as const, ['live', 60] as const]],
  ['that learns', [['learning', 100] as const]],
  ['that is removed before it is down', [['failed', 29] as const, ['gone', 100] as const]],
])('a camera %s raises nothing', (_name, steps) => {
  expect(watch(steps)).toEqual([]);
});

test('a camera that was down, is back for a moment and goes again is one incident; later it is another one', () => {
  const [first, , again, over, other] = watch([
    ['failed', 40],
    ['live', 10],
    ['failed', 40],
    ['live', 30],
    ['failed', 40],
  ]);
  expect([again?.event, again?.id, again?.endAt]).toEqual(['updated', first?.id, null]);
  expect(over?.event).toBe('closed');
  expect(other?.event).toBe('opened');
  expect(other?.id).not.toBe(first?.id);
});

test('a camera that is removed while it is down is no more', () => {
  const told = watch([
    ['failed', 40],
    ['gone', 10],
    ['failed', 29],
    ['live', 1],
  ]);
  expect(told.map(({ event }) => event)).toEqual(['opened', 'closed']);
});

test('an alert keeps the last picture before it opened, encoded once, and a later one has that of its own time', () => {
  const last = new KeptFrame(90);
  const down = new DownWatch({ cameraDownSeconds: 2, cooldownSeconds: 20 }, () => last);
  const told: (readonly [string, number | null, boolean, boolean])[] = [];
  const states = 'lldddldddl' + 'l'.repeat(20) + 'ddd';
  for (const [second, state] of Array.from(states).entries()) {
    if (state === 'l') {
      const data = new Uint8Array(256).fill(second);
      last.keep({ width: 16, height: 16, format: 'gray', capturedAt: second * 1000, data });
    }
    const cameras = [{ id: 'door', state: state === 'l' ? 'live' : 'failed' } as const];
    for (const { event, alert, takeJpeg } of down.next(cameras, second * 1000))
      told.push([event, alert.snapshotAt, alert.snapshot === `${alert.id}.jpg`, takeJpeg() !== undefined]);
  }
  expect(told).toEqual([
    ['opened', 1000, true, true],
    ['closed', 1000, true, false],
    ['updated', 1000, true, false],
    ['closed', 1000, true, false],
    ['opened', 29_000, true, true],
  ]);
});
