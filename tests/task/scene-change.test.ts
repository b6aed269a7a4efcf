import { SceneChange } from '../../src/task/scene-change.ts';

const [day, night, lamp] = [1, 2, 3].map((level) => Float32Array.of(level)) as [
  Float32Array,
  Float32Array,
  Float32Array,
];
const seconds = 0.2;
const same = { changed: 0.05, seconds, luma: () => lamp };
const other = (luma: Float32Array) => ({ changed: 0.9, seconds, luma: () => luma });

/** Gives the same frame `count` times. */
const show = (scene: SceneChange, background: Float32Array, frame: typeof same, count: number): Float32Array => {
  let now = background;
  for (let index = 0; index < count; index++) now = scene.next(now, frame);
  return now;
};

test('one broken frame is no new scene', () => {
  const scene = new SceneChange();
  let background = scene.next(day, other(night));
  background = scene.next(background, same);
  background = scene.next(background, other(night));
  expect([background, scene.isChanging]).toEqual([day, false]);
});

test('a scene never seen before becomes the background, which then settles quickly', () => {
  const scene = new SceneChange();
  const slow = scene.followRate;
  let background = show(scene, day, other(night), 2);
  expect(background).toBe(night);
  expect(scene.isChanging).toBe(true);
  expect(scene.followRate).toBeGreaterThan(10 * slow);
  background = show(scene, background, same, 49);
  expect(scene.isChanging).toBe(true);
  background = show(scene, background, same, 2);
  expect([background, scene.isChanging, scene.followRate]).toEqual([night, false, slow]);
});

test('a scene that was known comes back at once', () => {
  const scene = new SceneChange();
  let background = show(scene, day, other(night), 2);
  background = show(scene, background, same, 60);
  background = show(scene, background, other(lamp), 2);
  expect(background).toBe(day);
  background = scene.next(background, same);
  expect([background, scene.isChanging]).toEqual([day, false]);
});

test('when no known scene fits, the new one is learned', () => {
  const scene = new SceneChange();
  let background = show(scene, day, other(night), 2);
  background = show(scene, background, same, 60);
  background = show(scene, background, other(lamp), 2);
  background = scene.next(background, other(lamp));
  expect([background, scene.isChanging]).toEqual([lamp, true]);
});

test('what lasted less than it takes to settle is not remembered', () => {
  const scene = new SceneChange();
  let background = show(scene, day, other(night), 2);
  background = show(scene, background, other(lamp), 2);
  background = scene.next(background, same);
  // Day was tried, and fits.
  expect([background, scene.isChanging]).toEqual([day, false]);
});
