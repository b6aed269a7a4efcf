import { renderFootage } from '../../src/simulate/footage.ts';
import { defaultScene } from '../../src/simulate/scene.ts';
import type { AnomalyKind, ConditionKind, Episode } from '../../src/simulate/schedule.ts';
import { SceneKinds } from '../../src/task/scene-kind.ts';

const [width, height, fps] = [256, 144, 5];
const changeAt = 60;

/** The gray picture of the simulator at some seconds. */
const pictures = (options: object, from: number, to: number): Float32Array[] =>
  [
    ...renderFootage({
      ...defaultScene,
      width,
      height,
      fps,
      format: 'gray',
      fromSeconds: from,
      toSeconds: to,
      ...options,
    }),
  ].map(({ data }) => Float32Array.from(data));

const meanOf = (all: readonly Float32Array[]): Float32Array => {
  const mean = new Float32Array(width * height);
  for (const one of all) for (const [at, value] of one.entries()) mean[at]! += value / all.length;
  return mean;
};

/** The kind after each frame of 2.4 s from the change on. */
const kindsOf = (options: object): (string | undefined)[] => {
  const kinds = new SceneKinds(width, height);
  const all = pictures(options, changeAt - 2, changeAt + 3);
  kinds.begin(meanOf(all.slice(0, 2 * fps)));
  // A cover and a turn take a moment to be complete.
  return all.slice(2.6 * fps).map((picture) => {
    kinds.next(1 / fps, () => picture);
    return kinds.kind;
  });
};
const condition = (kind: ConditionKind) => ({
  conditions: [{ kind, startSeconds: changeAt, endSeconds: changeAt + 30 }] satisfies Episode<ConditionKind>[],
});
const anomaly = (kind: AnomalyKind) => ({
  schedule: [{ kind, startSeconds: changeAt, endSeconds: changeAt + 30 }] satisfies Episode[],
});

test.each([
  ['infrared by day', condition('infrared'), 'scene-change'],
  ['a lamp that goes on', condition('light-on'), 'scene-change'],
  ['a lamp that goes off', condition('light-off'), 'scene-change'],
  ['a step of the exposure', condition('exposure'), 'scene-change'],
  ['block artefacts', condition('compression'), 'scene-change'],
  ['rain', condition('rain'), 'scene-change'],
  ['nothing at all', {}, 'scene-change'],
  ['a vehicle', anomaly('vehicle'), 'scene-change'],
  ['a knock', condition('knock'), 'camera-moved'],
  ['a knock at night', { ...condition('knock'), startTimeOfDay: 22 }, 'camera-moved'],
  ['a turned camera', anomaly('turned'), 'camera-moved'],
  ['a covered lens', anomaly('covered'), 'camera-covered'],
  ['a covered lens at night', { ...anomaly('covered'), startTimeOfDay: 22 }, 'camera-covered'],
])('%s is told from other changes in about 2 seconds, and not at once', (_name, options, kind) => {
  const kinds = kindsOf({ ...options, seed: 5 });
  expect(kinds.slice(0, 9)).toEqual(kinds.slice(0, 9).fill(undefined));
  expect(kinds.slice(10)).toEqual(kinds.slice(10).fill(kind));
});

/** What a camera shows, seconds after one another. */
const bars = (offset: number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, at) => (((at % width) + offset) % 24 < 12 ? 60 : 180));
const uniform = new Float32Array(width * height).fill(120);
const show = (kinds: SceneKinds, picture: Float32Array, seconds: number): (string | undefined)[] =>
  Array.from({ length: seconds * fps }, () => {
    kinds.next(1 / fps, () => picture);
    return kinds.kind;
  });

test('a covered camera stays covered until its picture is back', () => {
  const kinds = new SceneKinds(width, height);
  kinds.begin(bars(0));
  show(kinds, uniform, 60);
  // The cover has become the background, and is left.
  kinds.begin(uniform);
  expect(kinds.kind).toBe('camera-covered');
  expect(show(kinds, bars(0), 3).at(-1)).toBeUndefined();
  expect(show(kinds, uniform, 3).at(-1)).toBeUndefined();
});

test('a picture that usually shows next to nothing cannot be covered', () => {
  const kinds = new SceneKinds(width, height);
  kinds.begin(uniform);
  expect(show(kinds, uniform, 3).at(-1)).toBe('scene-change');
});

test('a hand before the lens that is gone again within two seconds covers nothing', () => {
  const kinds = new SceneKinds(width, height);
  kinds.begin(bars(0));
  show(kinds, uniform, 1);
  expect(show(kinds, bars(0), 3)).not.toContain('camera-covered');
});

test('a change that comes upon a change is looked at anew', () => {
  const kinds = new SceneKinds(width, height);
  kinds.begin(bars(0));
  expect(show(kinds, bars(0), 3).at(-1)).toBe('scene-change');
  kinds.begin(undefined);
  expect(kinds.kind).toBeUndefined();
  expect(show(kinds, uniform, 3).at(-1)).toBe('camera-covered');
});
