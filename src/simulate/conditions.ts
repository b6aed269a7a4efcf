import { createCanvas, type Canvas } from './canvas.ts';
import { compressBlocks } from './compress-blocks.ts';
import { hash, mix, smoothstep, uniform } from './random.ts';
import { episodesAt, episodesBetween, type ConditionKind, type Episode, type Schedule } from './schedule.ts';

/** Where a knocked camera looks: shares of the picture's width to the right and down, and radians. */
export interface Knock {
  readonly right: number;
  readonly down: number;
  readonly angle: number;
}

/** What the conditions under way do to the picture. */
export interface ConditionState {
  readonly infrared: boolean;
  /** Times as bright, in linear light. */
  readonly gain: number;
  /** Share by which a lamp makes its part of the picture brighter, or darker below 0. */
  readonly lamp: number;
  readonly compressed: boolean;
  readonly raining: boolean;
  readonly knock: Knock | undefined;
}

/** Display values rise by 30 %: 1.3 to the power of the display curve, 2.2. */
const exposureGain = 1.3 ** 2.2;
const exposureSeconds = 0.5;
const lampShare = { 'light-on': 0.6, 'light-off': -0.5 } as const;
/** A lamp takes a moment to glow and to fade. */
const lampSeconds = 0.3;

/** 0 before and after the episode, 1 from `rampSeconds` after its start to as long before its end. */
const ramp = ({ startSeconds, endSeconds }: Episode<ConditionKind>, timeSeconds: number, rampSeconds: number): number =>
  smoothstep(0, rampSeconds, timeSeconds - startSeconds) * smoothstep(0, rampSeconds, endSeconds - timeSeconds);

/** What the conditions do at one moment. The last knock counts for ever. */
export const conditionState = (
  schedule: Schedule<ConditionKind>,
  seed: number,
  timeSeconds: number,
): ConditionState => {
  const now = episodesAt(schedule, timeSeconds);
  const strength = (kind: ConditionKind, rampSeconds: number): number =>
    Math.max(0, ...now.filter((each) => each.kind === kind).map((each) => ramp(each, timeSeconds, rampSeconds)));
  const has = (kind: ConditionKind): boolean => now.some((each) => each.kind === kind);
  const knocks = episodesBetween(schedule, 0, timeSeconds + 1e-6).filter(({ kind }) => kind === 'knock');
  return {
    infrared: has('infrared'),
    gain: mix(1, exposureGain, strength('exposure', exposureSeconds)),
    lamp:
      lampShare['light-on'] * strength('light-on', lampSeconds) +
      lampShare['light-off'] * strength('light-off', lampSeconds),
    compressed: has('compression'),
    raining: has('rain'),
    knock: knocks.length === 0 ? undefined : knockOf(seed, knocks.length),
  };
};

/** The n-th knock moves the camera by 1 to 2 % of the picture's width and turns it by 0.5 to 1.5 degrees. */
const knockOf = (seed: number, n: number): Knock => {
  const draw = (purpose: number, from: number, to: number): number =>
    mix(from, to, uniform(seed, n, purpose)) * (uniform(seed, n, purpose + 1) < 0.5 ? -1 : 1);
  return { right: draw(700, 0.01, 0.02), down: draw(702, 0.01, 0.02), angle: (draw(704, 0.5, 1.5) * Math.PI) / 180 };
};

/** Makes what a knocked camera sees of a canvas; at the rim the last pixels are repeated. */
export const createKnock = (width: number, height: number): ((canvas: Canvas, knock: Knock | undefined) => Canvas) => {
  let moved: Canvas | undefined;
  return (canvas, knock) => {
    if (!knock) return canvas;
    moved ??= createCanvas(width, height);
    const [cos, sin] = [Math.cos(knock.angle), Math.sin(knock.angle)];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [fromX, fromY] = [x - width / 2, y - height / 2];
        const atX = width * (0.5 + knock.right) + cos * fromX - sin * fromY;
        const atY = height / 2 + width * knock.down + sin * fromX + cos * fromY;
        samplePixel(canvas, atX, atY, moved, y * width + x);
      }
    return moved;
  };
};

/** Writes the canvas at a place between its pixels, by bilinear interpolation, to pixel `index` of `out`. */
const samplePixel = ({ width, height, albedo, light }: Canvas, x: number, y: number, out: Canvas, index: number) => {
  const [inX, inY] = [Math.min(width - 1.001, Math.max(0, x)), Math.min(height - 1.001, Math.max(0, y))];
  const [left, top] = [Math.floor(inX), Math.floor(inY)];
  const [right, down] = [inX - left, inY - top];
  const from = top * width + left;
  const between = (values: Uint8Array, at: number, step: number): number =>
    mix(
      mix(values[at] ?? 0, values[at + step] ?? 0, right),
      mix(values[at + width * step] ?? 0, values[at + (width + 1) * step] ?? 0, right),
      down,
    );
  for (let channel = 0; channel < 3; channel++)
    out.albedo[index * 3 + channel] = between(albedo, from * 3 + channel, 3) + 0.5;
  out.light[index] = between(light, from, 1) + 0.5;
};

/** Streaks of rain in a picture, for each 1000 pixels of it. */
const streaks = 2;

/** How much of its light a lamp gives each pixel, 0..1: it lights a round part, to the left and below the middle. */
const lampPool = (width: number, height: number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, pixel) => {
    const [x, y] = [(pixel % width) / width - 0.35, Math.floor(pixel / width) / height - 0.6];
    return Math.exp(-(x * x + y * y) / (2 * 0.2 ** 2));
  });

/** Changes a picture that was read out: the light of a lamp, rain, block artefacts. `picture`: height x width x 3. */
export const createPictureFaults = (
  seed: number,
  width: number,
  height: number,
): ((picture: Uint8Array, state: ConditionState, frame: number) => void) => {
  let pool: Float32Array | undefined;
  const light = (picture: Uint8Array, lamp: number): void => {
    pool ??= lampPool(width, height);
    for (let at = 0; at < picture.length; at++)
      picture[at] = Math.min(255, (picture[at] ?? 0) * (1 + lamp * (pool[Math.floor(at / 3)] ?? 0)) + 0.5);
  };
  const rain = (picture: Uint8Array, frame: number): void => {
    for (let streak = 0; streak < (streaks * width * height) / 1000; streak++) {
      const draw = (purpose: number): number => uniform(hash(seed, 800, frame), streak, purpose);
      const length = height * mix(0.04, 0.12, draw(0));
      const [x, y] = [draw(1) * width, draw(2) * (height + length) - length];
      const opacity = mix(0.15, 0.4, draw(3));
      for (let along = 0; along < length; along++) {
        const [column, row] = [Math.floor(x + 0.15 * along), Math.floor(y + along)];
        if (column >= width || row < 0 || row >= height) continue;
        const pixel = (row * width + column) * 3;
        for (let at = pixel; at < pixel + 3; at++) picture[at] = mix(picture[at] ?? 0, 215, opacity);
      }
    }
  };
  return (picture, { lamp, raining, compressed }, frame) => {
    if (lamp !== 0) light(picture, lamp);
    if (raining) rain(picture, frame);
    if (compressed) compressBlocks(picture, width, height);
  };
};
