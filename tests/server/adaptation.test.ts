import {
  isStuck,
  jpegLevels,
  type LinkSample,
  type LinkState,
  lowestLevel,
  newLink,
  observeLink,
  stepVideo,
} from '../../src/server/adaptation.ts';

/** Plays a link in simulated time: every `everyMs` an answer with that delay. Gives the state and [second, level] changes. */
const play = (phases: readonly (readonly [seconds: number, sample: Partial<LinkSample>])[], from = newLink) => {
  let state: LinkState = from;
  let at = 0;
  const changes: (readonly [second: number, level: number])[] = [];
  for (const [seconds, sample] of phases)
    for (const end = at + seconds * 1000; at < end; at += 100) {
      const { level } = state;
      state = observeLink(state, { at, delayMs: 20, isAnswered: true, unsentShare: 0, ...sample });
      if (state.level !== level) changes.push([at / 1000, state.level]);
    }
  return { state, changes };
};

test('a link that is fine stays at the full level', () => {
  expect(play([[600, {}]]).changes).toEqual([]);
});

test('a link far away is no slow link: its own delay does not count', () => {
  expect(play([[600, { delayMs: 900 }]]).changes).toEqual([]);
});

test.each([
  ['answers late', { delayMs: 320 }],
  ['has not answered for long', { delayMs: 320, isAnswered: false }],
  ['has much unsent', { unsentShare: 0.5 }],
])('a link that %s goes down a level a second, and no further than the last', (_name, sample) => {
  expect(play([[10, {}], [8, sample]]).changes).toEqual([[10, 1], [11, 2], [12, 3], [13, 4]]); // prettier-ignore
  expect(lowestLevel).toBe(4);
});

test('a link that is far behind goes down two levels at once', () => {
  expect(play([[10, {}], [8, { delayMs: 1200 }]]).changes).toEqual([[10, 2], [11, 4]]); // prettier-ignore
});

test('what is neither slow nor fine changes nothing', () => {
  const down = play([[10, {}], [1, { delayMs: 320 }]]); // prettier-ignore
  expect(down.state.level).toBe(1);
  expect(play([[60, { delayMs: 170 }]], down.state).changes).toEqual([]);
  expect(play([[60, { unsentShare: 0.1 }]], down.state).changes).toEqual([]);
});

test('a link that is fine again goes up a level every five seconds', () => {
  expect(play([[10, {}], [2, { delayMs: 320 }], [20, {}]]).changes).toEqual([[10, 1], [11, 2], [17, 1], [22, 0]]); // prettier-ignore
});

test('one that falls right after each rise is tried ever more seldom, and from then on for minutes stays where it works', () => {
  let state = newLink;
  const rises: number[] = [];
  for (let at = 0; at < 900_000; at += 100) {
    const isTooMuch = state.level === 0;
    const { level } = state;
    state = observeLink(state, { at, delayMs: at > 1000 && isTooMuch ? 320 : 20, isAnswered: true, unsentShare: 0 });
    if (state.level < level) rises.push(Math.round(at / 1000));
  }
  const waits = rises.slice(1).map((rise, index) => rise - (rises[index] ?? 0));
  expect(rises.length).toBeLessThan(12);
  expect(waits.slice(0, 5)).toEqual([11, 21, 42, 81, 121]);
});

test('patience comes back when the full level has held', () => {
  const { state } = play([[1, {}]], { ...newLink, patienceMs: 20_000 });
  expect(state.patienceMs).toBe(20_000);
  expect(play([[30, {}]], state).state.patienceMs).toBe(5000);
});

test('a delay that stays longer becomes the own one after minutes, a shorter one at once', () => {
  const near = play([[1, { delayMs: 20 }]]).state;
  expect(near.ownMs).toBe(20);
  expect(play([[300, { delayMs: 200 }]], near).state.ownMs).toBe(200);
  expect(play([[1, { delayMs: 5 }]], near).state.ownMs).toBeCloseTo(5);
});

test('a link is stuck while its answer is long overdue, and not any more when it has come', () => {
  const { state } = play([[1, {}], [0.1, { delayMs: 450, isAnswered: false }]]); // prettier-ignore
  expect(isStuck(state, 'jpeg')).toBe(true);
  expect(isStuck(play([[1, {}]], state).state, 'jpeg')).toBe(false);
});

test('a new link gets little until it has answered once', () => {
  expect(isStuck(play([[0.1, { delayMs: 90, isAnswered: false }]]).state, 'jpeg')).toBe(false);
  expect(isStuck(play([[0.1, { delayMs: 110, isAnswered: false }]]).state, 'jpeg')).toBe(true);
});

test('each level sends fewer bytes than the one before', () => {
  const cost = jpegLevels.map(({ quality, halvings, slotMs }) => quality / 4 ** halvings / Math.max(1, slotMs / 100));
  expect(cost).toEqual(cost.toSorted((a, b) => b - a));
});

test.each([
  ['waiting', false, true, 'waiting', 'skip'],
  ['waiting', true, true, 'in step', 'send'],
  ['in step', false, true, 'in step', 'send'],
  ['in step', true, true, 'in step', 'send'],
  ['in step', false, false, 'lagging', 'drop'],
  ['in step', true, false, 'lagging', 'drop'],
  ['lagging', false, true, 'lagging', 'drop'],
  ['lagging', true, false, 'lagging', 'drop'],
  ['lagging', true, true, 'in step', 'send'],
] as const)('video: %s, key frame %s, keeps up %s: then %s, and %s', (step, keyFrame, keepsUp, next, does) => {
  expect(stepVideo(step, { keyFrame, keepsUp })).toEqual({ step: next, does });
});
