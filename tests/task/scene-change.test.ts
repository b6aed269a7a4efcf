import { SceneChange } from '../../src/task/scene-change.ts';

const [day, night, lamp] = [1, 2, 3].map((level) => Float32Array.of(level)) as [
  Float32Array,
  Float32Array,
  Float32Array,
];
const seconds = 0.2;
const same = { changed: 0.05, isAlarming: false, seconds, luma: () => lamp };
const other = (luma: Float32Array) => ({ changed: 0.9, isAlarming: false, seconds, luma: () => luma });

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

const calm = (changed: number) => ({ changed, seconds, isAlarming: false, luma: () => night });

test('a smaller change that comes at once and stays while nothing moves is another scene too, and a known one comes back', () => {
  const scene = new SceneChange();
  let background = show(scene, day, calm(0.1), 10);
  // The frame in which infrared light goes on may itself alarm.
  background = scene.next(background, { ...calm(0.22), isAlarming: true });
  background = show(scene, background, calm(0.22), 6);
  expect([background, scene.isChanging]).toEqual([night, true]);
  background = show(scene, background, calm(0.05), 60);
  expect(scene.isChanging).toBe(false);
  background = show(scene, background, calm(0.25), 6);
  expect(background).toBe(day);
  background = scene.next(background, calm(0.1));
  expect([background, scene.isChanging]).toEqual([day, false]);
});

test.each([
  ['grows slowly', [0.1, 0.1, 0.1, 0.14, 0.17, 0.2, 0.23, 0.26, 0.29, 0.29, 0.29, 0.29, 0.29, 0.29], false],
  ['goes again', [0.1, 0.1, 0.1, 0.25, 0.25, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], false],
  ['comes with something that alarms', [0.1, 0.1, 0.1, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25], true],
])('a change that %s is no other scene', (_name, changes, isAlarming) => {
  const scene = new SceneChange();
  for (const changed of changes) expect(scene.next(day, { ...calm(changed), isAlarming })).toBe(day);
  expect(scene.isChanging).toBe(false);
});
