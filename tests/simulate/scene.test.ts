import { createHash } from 'node:crypto';

import { renderFootage } from '../../src/simulate/footage.ts';
import { createScene, defaultScene, type SceneOptions } from '../../src/simulate/scene.ts';
import { anomalyKinds, conditionKinds, type ConditionKind } from '../../src/simulate/schedule.ts';

const small: SceneOptions = { ...defaultScene, width: 256, height: 144 };
const sha = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The scene without anything unusual; making one takes longer than rendering a picture. */
const normal = createScene(small);

/** Share of pixels whose green differs by more than 40 of 255: things, not noise. */
const changed = (a: Uint8Array, b: Uint8Array): number => {
  let count = 0;
  for (let index = 1; index < a.length; index += 3) if (Math.abs((a[index] ?? 0) - (b[index] ?? 0)) > 40) count++;
  return count / (a.length / 3);
};

/** Standard deviation over 24 successive frames, averaged over a patch of the lawn in front where nobody walks. */
const noiseOf = (options: SceneOptions): number => {
  const { width, height } = options;
  const scene = createScene(options);
  const frames = Array.from({ length: 24 }, (_, index) => scene.render(index / options.fps));
  const patch = Array.from({ length: 400 }, (_, index) => (height - 4) * width * 3 + 30 + index);
  const deviations = patch.map((at) => {
    const values = frames.map((frame) => frame[at] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  });
  return deviations.reduce((sum, value) => sum + value, 0) / patch.length;
};

test('the same seed and time give the same picture, whatever was rendered before', () => {
  const one = createScene({ ...small, seed: 4 });
  const other = createScene({ ...small, seed: 4 });
  for (const time of [3, 90, 0.5]) one.render(time);
  expect(sha(one.render(41.2))).toBe(sha(other.render(41.2)));
});

test('two seeds give different scenes', () => {
  const [one, other] = [1, 2].map((seed) => createScene({ ...small, seed }).render(30));
  expect(changed(one ?? new Uint8Array(), other ?? new Uint8Array())).toBeGreaterThan(0.02);
});

test('people move, and most of the picture stays', () => {
  const share = changed(normal.render(30), normal.render(32));
  expect(share).toBeGreaterThan(0.002);
  expect(share).toBeLessThan(0.1);
});

test('noise grows as it gets dark', () => {
  const noon = noiseOf({ ...small, startTimeOfDay: 12 });
  const dusk = noiseOf({ ...small, startTimeOfDay: 20, nightMode: 'colour' });
  const night = noiseOf({ ...small, startTimeOfDay: 23, nightMode: 'colour' });
  expect(noon).toBeGreaterThan(0.3);
  expect(dusk).toBeGreaterThan(noon * 1.2);
  expect(night).toBeGreaterThan(noon * 2.5);
});

test('infrared night is gray, darker at the corners, and noisier than day', () => {
  const night: SceneOptions = { ...small, startTimeOfDay: 23 };
  const picture = createScene(night).render(0);
  const row = (y: number, from: number, to: number): number => {
    const values = Array.from({ length: to - from }, (_, x) => picture[(y * 256 + from + x) * 3] ?? 0);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const coloured = picture.some((value, index) => value !== picture[index - (index % 3)]);
  expect(coloured).toBe(false);
  expect(row(105, 0, 20)).toBeLessThan(row(105, 118, 138) * 0.75);
  expect(noiseOf(night)).toBeGreaterThan(noiseOf(small) * 2);
});

test.each(anomalyKinds)(
  '%s changes the picture from the first to the last moment of its episode, and only then',
  (kind) => {
    const scene = createScene({ ...small, schedule: [{ kind, startSeconds: 20, endSeconds: 26 }] });
    for (const time of [19.9, 26, 40]) expect(sha(scene.render(time))).toBe(sha(normal.render(time)));
    // A suitcase and a runner are small; a covered lens changes everything.
    for (const time of [21.5, 23.3, 24.5])
      expect(changed(scene.render(time), normal.render(time))).toBeGreaterThan(0.003);
    for (const time of [20.1, 25.9]) expect(sha(scene.render(time))).not.toBe(sha(normal.render(time)));
  },
);

test.each(conditionKinds)('%s changes the picture while it lasts, alike each time it is rendered', (kind) => {
  const [one, other] = [1, 2].map(() =>
    createScene({ ...small, conditions: [{ kind, startSeconds: 20, endSeconds: 26 }] }),
  );
  expect(sha(one!.render(19.9))).toBe(sha(normal.render(19.9)));
  const during = sha(one!.render(23));
  expect(during).not.toBe(sha(normal.render(23)));
  expect(during).toBe(sha(other!.render(23)));
  // A knocked camera stays where it is.
  expect(sha(one!.render(26)) === sha(normal.render(26))).toBe(kind !== 'knock');
});

/** Mean of the green of a picture. */
const brightness = (picture: Uint8Array): number =>
  picture.reduce((sum, value, at) => (at % 3 === 1 ? sum + value : sum), 0) / (picture.length / 3);
const during = (kind: ConditionKind): Uint8Array =>
  createScene({ ...small, conditions: [{ kind, startSeconds: 20, endSeconds: 50 }] }).render(30);

test('an exposure step makes the picture 20 to 30 % brighter, for white stays white', () => {
  expect(brightness(during('exposure')) / brightness(normal.render(30))).toBeGreaterThan(1.2);
  expect(brightness(during('exposure')) / brightness(normal.render(30))).toBeLessThan(1.31);
});

test('infrared by day is gray, a lamp that goes on brightens, one that goes off darkens', () => {
  expect(during('infrared').some((value, index, all) => value !== all[index - (index % 3)])).toBe(false);
  const usual = brightness(normal.render(30));
  expect(brightness(during('light-on'))).toBeGreaterThan(usual * 1.05);
  expect(brightness(during('light-off'))).toBeLessThan(usual * 0.95);
});

test('compression leaves steps at the borders of blocks and little within them', () => {
  const picture = during('compression');
  const stepOf = (column: number): number => {
    let sum = 0;
    for (let y = 0; y < 144; y++) {
      const at = (y * 256 + column) * 3 + 1;
      sum += Math.abs(picture[at]! - picture[at - 3]!);
    }
    return sum;
  };
  const columns = Array.from({ length: 255 }, (_, index) => index + 1);
  const mean = (list: readonly number[]): number => list.map(stepOf).reduce((sum, x) => sum + x, 0) / list.length;
  expect(mean(columns.filter((x) => x % 8 === 0))).toBeGreaterThan(1.5 * mean(columns.filter((x) => x % 8 !== 0)));
});

test('footage comes at the asked interval with its ground truth', () => {
  const footage = [
    ...renderFootage({
      ...small,
      schedule: [{ kind: 'vehicle', startSeconds: 2, endSeconds: 4 }],
      fromSeconds: 1,
      toSeconds: 5,
      everySeconds: 1,
      format: 'gray',
    }),
  ];
  expect(footage.map(({ timeSeconds }) => timeSeconds)).toEqual([1, 2, 3, 4]);
  expect(footage.map(({ episodes }) => episodes.map(({ kind }) => kind))).toEqual([[], ['vehicle'], ['vehicle'], []]);
  expect(footage[0]?.data).toHaveLength(256 * 144);
});
