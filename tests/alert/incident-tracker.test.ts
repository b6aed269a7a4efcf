import { IncidentTracker } from '../../src/alert/incident-tracker.ts';

const options = { minSeconds: 1, clearBelow: 0.8, holdSeconds: 3, cooldownSeconds: 10 };

/** Feeds [second, score] pairs; a pair without a score is a tick. Returns [second, event, startAt, endAt, peakScore]. */
const run = (steps: readonly (readonly [number, number?])[], overrides: Partial<typeof options> = {}) => {
  const tracker = new IncidentTracker({ ...options, ...overrides });
  return steps.flatMap(([second, score]) => {
    const at = second * 1000;
    const change = score === undefined ? tracker.tick(at) : tracker.next(score, at);
    if (!change) return [];
    const { startAt, endAt, peakScore } = change.incident;
    return [[second, change.event, startAt / 1000, endAt === null ? null : endAt / 1000, peakScore]];
  });
};

test('an incident opens once the score was over the threshold long enough, from the first frame over it', () => {
  expect(
    run([
      [0, 0.5],
      [1, 1],
      [1.5, 1.2],
      [2, 1.1],
      [2.5, 1.1],
    ]),
  ).toEqual([[2, 'opened', 1, null, 1.2]]);
});

test('with minSeconds 0 the first frame at the threshold opens it', () => {
  expect(run([[0, 1]], { minSeconds: 0 })).toEqual([[0, 'opened', 0, null, 1]]);
});

test('a spike shorter than minSeconds opens nothing', () => {
  expect(
    run([
      [0, 2],
      [0.5, 0.99],
      [1, 2],
      [1.5, 0.5],
    ]),
  ).toEqual([]);
});

test('an incident closes after holdSeconds below clearBelow, and ended when the score was last above', () => {
  expect(
    run([
      [0, 1.5],
      [1, 1.5],
      [2, 0.9],
      [3, 0.7],
      [4, 0.7],
      [4.9, 0.7],
      [5, 0.7],
      [6, 0.7],
    ]),
  ).toEqual([
    [1, 'opened', 0, null, 1.5],
    [5, 'closed', 0, 2, 1.5],
  ]);
});

test('a dip below clearBelow shorter than holdSeconds does not split an incident', () => {
  expect(
    run([
      [0, 1.5],
      [1, 1.5],
      [2, 0.1],
      [3, 1.1],
      [4, 0.1],
      [5.9, 0.1],
    ]),
  ).toEqual([[1, 'opened', 0, null, 1.5]]);
});

test('a growing peak is told once a second, and with the end at the latest', () => {
  expect(
    run([
      [0, 1.1],
      [1, 1.2],
      [1.4, 1.3],
      [1.8, 1.4],
      [2, 1.5],
      [2.2, 1.6],
      [2.3, 0.1],
      [5.2, 0.1],
    ]),
  ).toEqual([
    [1, 'opened', 0, null, 1.2],
    [2, 'updated', 0, null, 1.5],
    [5.2, 'closed', 0, 2.2, 1.6],
  ]);
});

test('a rise within the cooldown goes on with the same incident and its higher peak', () => {
  expect(
    run([
      [0, 1.5],
      [1, 1.5],
      [4, 0],
      [10, 1.2],
      [11, 1.2],
      [14, 0],
    ]),
  ).toEqual([
    [1, 'opened', 0, null, 1.5],
    [4, 'closed', 0, 1, 1.5],
    [11, 'updated', 0, null, 1.5],
    [14, 'closed', 0, 11, 1.5],
  ]);
});

test('a rise after the cooldown is a new incident, even when spikes lay between', () => {
  expect(
    run([
      [0, 1.5],
      [1, 1.5],
      [4, 0],
      [10.5, 1.2],
      [11, 0],
      [11.5, 1.2],
      [12.5, 1.3],
    ]),
  ).toEqual([
    [1, 'opened', 0, null, 1.5],
    [4, 'closed', 0, 1, 1.5],
    [12.5, 'opened', 11.5, null, 1.3],
  ]);
});

test('a camera that goes away has its incident closed by the passing of time, once', () => {
  expect(run([[0, 1.5], [1, 1.5], [3.9], [4], [5]])).toEqual([
    [1, 'opened', 0, null, 1.5],
    [4, 'closed', 0, 1, 1.5],
  ]);
});

test('without a hold time an incident ends with its first frame below, not with a tick between two frames', () => {
  expect(run([[0, 1.5], [1, 1.5], [1.5], [2, 1.2], [3, 0.1]], { holdSeconds: 0 })).toEqual([
    [1, 'opened', 0, null, 1.5],
    [3, 'closed', 0, 2, 1.5],
  ]);
});

test('a camera that goes away while rising does not open an incident with its first frame back', () => {
  expect(run([[0, 1.5], [10], [60, 1.5]])).toEqual([]);
});

test('close ends an open incident at once, and does nothing to one that is only rising', () => {
  const tracker = new IncidentTracker(options);
  tracker.next(1.5, 0);
  expect(tracker.close()).toBeUndefined();
  tracker.next(1.5, 1000);
  expect(tracker.close()).toMatchObject({ event: 'closed', incident: { endAt: 1000 } });
  expect(tracker.close()).toBeUndefined();
});
