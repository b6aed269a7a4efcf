import {
  anomalyKinds,
  episodesAt,
  episodesBetween,
  followSchedule,
  type Episode,
} from '../../src/simulate/schedule.ts';

const periodic = { first: 150, every: 45, seconds: 6, kinds: ['vehicle', 'object'] } as const;

test('a periodic schedule begins at its first second and takes the kinds in turn', () => {
  expect(episodesBetween(periodic, 0, 250)).toEqual([
    { kind: 'vehicle', startSeconds: 150, endSeconds: 156 },
    { kind: 'object', startSeconds: 195, endSeconds: 201 },
    { kind: 'vehicle', startSeconds: 240, endSeconds: 246 },
  ]);
  expect(episodesBetween(periodic, 0, 150)).toEqual([]);
});

test.each([
  [149.99, 0],
  [150, 1],
  [155.99, 1],
  [156, 0],
])('at %f s, %i episodes are under way', (time, count) => {
  expect(episodesAt(periodic, time)).toHaveLength(count);
});

test('episodes that are longer than their interval overlap', () => {
  const overlapping = { first: 0, every: 2, seconds: 5, kinds: anomalyKinds };
  expect(episodesAt(overlapping, 8.5).map(({ startSeconds }) => startSeconds)).toEqual([4, 6, 8]);
});

test('a listed schedule is sorted, and "none" is empty', () => {
  const list: Episode[] = [
    { kind: 'turned', startSeconds: 30, endSeconds: 31 },
    { kind: 'runner', startSeconds: 10, endSeconds: 20 },
  ];
  expect(episodesBetween(list, 0, 100).map(({ kind }) => kind)).toEqual(['runner', 'turned']);
  expect(episodesBetween('none', 0, 1e6)).toEqual([]);
});

test('following a schedule tells of each episode once, in order', async () => {
  const told: number[] = [];
  await new Promise<void>((resolve) => {
    const every = { first: 0.01, every: 0.02, seconds: 0.5, kinds: anomalyKinds };
    const stop = followSchedule(every, Date.now(), ({ startSeconds }) => {
      if (told.push(startSeconds) < 4) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
  expect(told.slice(0, 4).map((seconds) => Math.round(seconds * 100))).toEqual([1, 3, 5, 7]);
});
