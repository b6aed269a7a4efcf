import type { Size, Still } from '../camera/read-still.ts';
import { crop } from '../core/crop.ts';
import type { Session } from '../core/engine.ts';
import type { Tensor, Tensors } from '../core/tensor.ts';
import { randomItem } from '../model/random.ts';
import { denoisedOf } from '../task/decode.ts';
import { logOddsOf } from '../task/defect-map.ts';
import { disturb } from './disturb.ts';
import type { Samples } from './samples.ts';

/** The square of `side` pixels of an image whose upper left corner is at column `x`, row `y`. */
const patchAt = ({ width, data }: Still, side: number, x: number, y: number): Still => ({
  width: side,
  height: side,
  data: crop(data, width, { left: x, top: y, width: side, height: side }),
});

/** One batch: uint8 [N, side, side, 1]. */
const tensorOf = (patches: readonly Uint8Array[], side: number): Tensor => {
  const data = new Uint8Array(patches.length * side * side);
  for (const [index, patch] of patches.entries()) data.set(patch, index * side * side);
  return { type: 'uint8', shape: [patches.length, side, side, 1], data };
};

/** Where a square begins along an axis: up to half a side beyond the ends, moved inside. */
const startIn = (length: number, side: number, random: () => number): number =>
  Math.min(length - side, Math.max(0, Math.floor(random() * (length + 1) - side / 2)));

/** As many squares as cover an image once. */
const patchesOf = ({ width, height }: Size, side: number): number => Math.ceil((width * height) / side ** 2);

/**
 * Squares from random places of the images: `frames` disturbed, `target` what was drawn into them. Places are drawn
 * as if the images went on for half a square: the rim is seen half as often as what lies inside, not one in `side` times,
 * else what is normal there would look like a defect. An epoch has as many as cover all images once. With `fixed` each has
 * the same place and disturbance every time, for judging.
 */
export const patchSamples = (
  images: readonly Still[],
  side: number,
  random: () => number,
  fixed?: { readonly count: number },
): Samples => {
  const draw = (image: Still): Still =>
    patchAt(image, side, startIn(image.width, side, random), startIn(image.height, side, random));
  const anyImage = (): Still => randomItem(random, images);
  const pairOf = (image: Still) => {
    const { frames, marks } = disturb(draw(image), draw(anyImage()), random);
    return { frames, target: marks };
  };
  const places = images.flatMap((image) => Array.from({ length: patchesOf(image, side) }, () => image));
  const kept = fixed && Array.from({ length: fixed.count }, () => pairOf(anyImage()));
  return {
    count: kept?.length ?? places.length,
    batch(indices): Tensors {
      const pairs = indices.map((index) => kept?.[index] ?? pairOf(places[index]!));
      return {
        frames: tensorOf(
          pairs.map(({ frames }) => frames),
          side,
        ),
        target: tensorOf(
          pairs.map(({ target }) => target),
          side,
        ),
      };
    },
  };
};

/** Where squares of `side` pixels begin along an axis: evenly spread, half a side apart at most, from end to end. */
const startsAlong = (length: number, side: number): number[] => {
  const count = Math.ceil((2 * (length - side)) / side) + 1;
  return Array.from({ length: count }, (_, index) => Math.round((index * (length - side)) / Math.max(1, count - 1)));
};

/**
 * How sure the model is that a pixel is marked, log odds, height x width: overlapping squares, each weighted by a raised
 * cosine so that no seams are seen.
 */
export const markImage = async (session: Session, image: Still, side: number): Promise<Float32Array> => {
  const corners = startsAlong(image.height, side).flatMap((y) => startsAlong(image.width, side).map((x) => ({ x, y })));
  const frames = tensorOf(
    corners.map(({ x, y }) => patchAt(image, side, x, y).data),
    side,
  );
  const outputs = await session.run({ frames }, ['denoised']);
  const weights = Float32Array.from({ length: side }, (_, at) => Math.sin((Math.PI * (at + 0.5)) / side) ** 2);
  const sum = new Float32Array(image.data.length);
  const total = new Float32Array(image.data.length);
  for (const [index, { x, y }] of corners.entries()) {
    const patch = Float32Array.from(denoisedOf(outputs, index), logOddsOf);
    for (let row = 0; row < side; row++)
      for (let col = 0; col < side; col++) {
        const at = (y + row) * image.width + x + col;
        const weight = weights[row]! * weights[col]!;
        sum[at]! += weight * patch[row * side + col]!;
        total[at]! += weight;
      }
  }
  return sum.map((value, at) => value / total[at]!);
};
