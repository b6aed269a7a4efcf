import { DataError } from '../../core/errors.ts';
import type { Size, Still } from '../../camera/read-still.ts';
import { randomInteger, randomItem } from '../../model/random.ts';
import type { DataSet } from '../data-set.ts';
import type { CleanFootage } from './clean-footage.ts';

/** A square cut out of `frames` pictures, gray levels with fractions, [frames, size, size]. */
export type Crop = Float32Array;

export interface CropShape {
  readonly frames: number;
  readonly size: number;
}

/** A square of pixels whose corner is at (x, y), into `out` at `at`; `step` 2 halves it by means of 2x2. */
const cut = (
  data: ArrayLike<number>,
  width: number,
  [x, y]: readonly [number, number],
  size: number,
  step: 1 | 2,
  out: Float32Array,
  at: number,
): void => {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const from = (y + row * step) * width + x + column * step;
      out[at + row * size + column] =
        step === 1 ? data[from]! : (data[from]! + data[from + 1]! + data[from + width]! + data[from + width + 1]!) / 4;
    }
  }
};

/**
 * A square of a clip, forwards or backwards, at full or half size. Of several places the one that changes most is often
 * taken: most of a fixed camera's picture never moves.
 */
const videoCrop = (clips: readonly DataSet[], { frames, size }: CropShape, random: () => number): Crop | undefined => {
  const clip = randomItem(random, clips);
  const step = random() < 0.3 && Math.min(clip.width, clip.height) >= 2 * size ? 2 : 1;
  const side = size * step;
  const stride = random() < 1 / 3 ? 2 : 1;
  const span = (frames - 1) * stride;
  if (clip.count <= span || Math.min(clip.width, clip.height) < side) return undefined;
  const start = randomInteger(random, 0, clip.count - span);
  const isBackwards = random() < 0.3;
  const places = Array.from({ length: frames }, (_, at) => start + stride * (isBackwards ? frames - 1 - at : at));
  let best: { readonly change: number; readonly corner: readonly [number, number] } | undefined;
  for (let tries = randomItem(random, [1, 6, 12]); tries > 0; tries--) {
    const corner = [
      randomInteger(random, 0, clip.width - side + 1),
      randomInteger(random, 0, clip.height - side + 1),
    ] as const;
    const change = changeIn(clip.at(places[0]!), clip.at(places.at(-1)!), clip.width, corner, side);
    if (!best || change > best.change) best = { change, corner };
  }
  const crop = new Float32Array(frames * size * size);
  for (const [at, place] of places.entries())
    cut(clip.at(place), clip.width, best!.corner, size, step, crop, at * size * size);
  return crop;
};

const changeIn = (
  a: Uint8Array,
  b: Uint8Array,
  width: number,
  [x, y]: readonly [number, number],
  side: number,
): number => {
  let sum = 0;
  for (let row = 0; row < side; row += 4)
    for (let column = 0; column < side; column += 4) {
      const at = (y + row) * width + x + column;
      sum += Math.abs(a[at]! - b[at]!);
    }
  return sum;
};

interface Pan {
  /** Of the first frame's square: x and y of its upper left pixel. */
  readonly corner: readonly [number, number];
  /** Pixels a frame; the square stays inside the picture. */
  readonly speed?: readonly [number, number] | undefined;
  readonly step?: 1 | 2;
}

/** A picture over which the camera pans, or that stays. */
export const panned = (
  { data, width, height }: Size & { readonly data: ArrayLike<number> },
  { frames, size }: CropShape,
  { corner: [x, y], speed: [dx, dy] = [0, 0], step = 1 }: Pan,
): Crop => {
  const crop = new Float32Array(frames * size * size);
  const within = (value: number, length: number): number => Math.max(0, Math.min(length - size * step, value));
  for (let frame = 0; frame < frames; frame++) {
    const moved = [within(x + dx * frame, width), within(y + dy * frame, height)] as const;
    cut(data, width, moved, size, step, crop, frame * size * size);
  }
  return crop;
};

/** A still that stays, over which the camera pans, or before which pieces of other stills move or appear. */
const stillCrop = (stills: readonly Still[], shape: CropShape, random: () => number): Crop | undefined => {
  const { size } = shape;
  const still = randomItem(random, stills);
  const kind = random();
  const step = random() < 0.3 && Math.min(still.width, still.height) >= 2 * size ? 2 : 1;
  const [roomX, roomY] = [still.width - size * step, still.height - size * step];
  if (roomX < 0 || roomY < 0) return undefined;
  const corner = [randomInteger(random, 0, roomX + 1), randomInteger(random, 0, roomY + 1)] as const;
  const speed = kind < 0.2 ? ([randomInteger(random, -3, 4), randomInteger(random, -3, 4)] as const) : undefined;
  const crop = panned(still, shape, { corner, speed, step });
  if (kind > 0.4)
    for (let count = randomInteger(random, 1, 3); count > 0; count--)
      drawPiece(crop, shape, randomItem(random, stills), random);
  return crop;
};

/** Draws a piece of another picture, whole or round, that moves through the crop or appears in it. */
export const drawPiece = (
  crop: Crop,
  { frames, size }: CropShape,
  { data, width, height }: Still,
  random: () => number,
): void => {
  const most = Math.min(width, height, 40);
  const [pieceWidth, pieceHeight] = [
    randomInteger(random, Math.min(8, most - 1), most),
    randomInteger(random, Math.min(8, most - 1), most),
  ];
  const [fromX, fromY] = [
    randomInteger(random, 0, width - pieceWidth + 1),
    randomInteger(random, 0, height - pieceHeight + 1),
  ];
  const [gain, offset] = [0.5 + 0.5 * random(), -20 + 60 * random()];
  const isRound = random() < 0.6;
  const [x, y] = [random() * size - pieceWidth / 2, random() * size - pieceHeight / 2];
  const moves = random() < 0.85;
  const speed = (): number => (moves ? 2 * (random() + random() + random() + random() - 2) * Math.sqrt(3) : 0);
  const [dx, dy] = [speed(), speed()];
  const appearsAt = random() < 0.3 ? randomInteger(random, -1, frames) : -1;
  for (let frame = Math.max(0, appearsAt); frame < frames; frame++) {
    const [left, top] = [Math.round(x + dx * frame), Math.round(y + dy * frame)];
    for (let row = Math.max(0, -top); row < pieceHeight && top + row < size; row++) {
      for (let column = Math.max(0, -left); column < pieceWidth && left + column < size; column++) {
        const [u, v] = [(2 * (column + 0.5)) / pieceWidth - 1, (2 * (row + 0.5)) / pieceHeight - 1];
        if (isRound && u * u + v * v >= 1) continue;
        const level = gain * data[(fromY + row) * width + fromX + column]! + offset;
        crop[(frame * size + top + row) * size + left + column] = Math.max(0, Math.min(255, level));
      }
    }
  }
};

/** Mirrors and turns the crop by one of the eight symmetries of a square, and lets the light drift in some. */
const varied = (crop: Crop, { frames, size }: CropShape, random: () => number): Crop => {
  const symmetry = randomInteger(random, 0, 8);
  const drift = random() < 0.1 ? 0.9 + 0.2 * random() : 1;
  const out = new Float32Array(crop.length);
  for (let frame = 0; frame < frames; frame++) {
    const gain = frames > 1 ? 1 + ((drift - 1) * frame) / (frames - 1) : 1;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const across = symmetry & 1 ? size - 1 - column : column;
        const down = symmetry & 2 ? size - 1 - row : row;
        const [x, y] = symmetry & 4 ? [down, across] : [across, down];
        out[(frame * size + row) * size + column] = Math.min(255, gain * crop[(frame * size + y) * size + x]!);
      }
    }
  }
  return out;
};

/** Clips that are too short or too small are passed over; so often, and there are no others. */
const mostTries = 1000;

/** A random crop of the footage: of a video with probability `videoShare`, of a still otherwise. */
export const cleanCrop = (
  { videos, stills }: CleanFootage,
  shape: CropShape,
  videoShare: number,
  random: () => number,
): Crop => {
  for (let tries = 0; tries < mostTries; tries++) {
    const isVideo = stills.length === 0 || (videos.length > 0 && random() < videoShare);
    const crop = isVideo ? videoCrop(randomItem(random, videos), shape, random) : stillCrop(stills, shape, random);
    if (crop) return varied(crop, shape, random);
  }
  throw new DataError(
    'too-few',
    `Expected clips of at least ${shape.frames} frames, or images, of at least ${shape.size}x${shape.size} pixels to cut training samples from, found none`,
  );
};
