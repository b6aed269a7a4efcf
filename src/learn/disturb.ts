import type { Size, Still } from '../camera/read-still.ts';

/** Of ten disturbed pictures two stay as they are; the others get up to three spots or scratches. */
const untouchedShare = 0.2;
const mostMarks = 3;

/**
 * A copy of a gray picture with spots and scratches drawn at random: brighter, darker, flat, or with pixels of `other`, a
 * picture of the same size. It is the noise of a denoising autoencoder that is to learn what does not belong, made of
 * shapes instead of single pixels (Vincent et al. 2008, masking noise; Zavrtanik et al. 2021, DRAEM,
 * https://arxiv.org/abs/2108.07610).
 */
export const disturb = (picture: Still, other: Still, random: () => number): Uint8Array => {
  const data = picture.data.slice();
  const between = (least: number, most: number): number => least + (most - least) * random();
  const marks = random() < untouchedShare ? 0 : 1 + Math.floor(random() * mostMarks);
  const mean = picture.data.reduce((sum, level) => sum + level, 0) / data.length;
  for (let mark = 0; mark < marks; mark++) {
    const cover = random() < 0.5 ? spots(picture, between) : scratch(picture, between);
    const kind = random();
    const shift = (random() < 0.5 ? -1 : 1) * between(10, 90);
    const strength = between(0.5, 1);
    const contentAt = (at: number): number => {
      if (kind < 0.4) return data[at]! + 0.6 * shift;
      return kind < 0.8 ? 0.15 * data[at]! + 0.85 * Math.max(0, mean + shift) : other.data[at]!;
    };
    for (let at = 0; at < data.length; at++) {
      if (cover[at] === 0) continue;
      const level = data[at]! + cover[at]! * strength * (contentAt(at) - data[at]!);
      data[at] = Math.min(255, Math.max(0, level));
    }
  }
  return data;
};

type Between = (least: number, most: number) => number;

/** How much of each pixel a mark covers, 0..1: one to three ellipses side by side. */
const spots = (size: Size, between: Between): Float32Array => {
  const cover = new Float32Array(size.width * size.height);
  let [x, y] = [between(0, size.width), between(0, size.height)];
  for (let count = Math.floor(between(1, 4)); count > 0; count--) {
    ellipse(cover, size, { x, y, radii: [between(1.5, 9), between(1.5, 9)], angle: between(0, Math.PI) });
    x += between(-6, 6);
    y += between(-6, 6);
  }
  return cover;
};

/** The same of a line that wanders. */
const scratch = (size: Size, between: Between): Float32Array => {
  const cover = new Float32Array(size.width * size.height);
  let [x, y] = [between(0, size.width), between(0, size.height)];
  let direction = between(0, 2 * Math.PI);
  const radius = between(0.7, 2.5);
  for (let step = between(8, Math.max(size.width, size.height)); step > 0; step--) {
    ellipse(cover, size, { x, y, radii: [radius, radius], angle: 0 });
    direction += between(-0.3, 0.3);
    x += Math.cos(direction);
    y += Math.sin(direction);
  }
  return cover;
};

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly radii: readonly [number, number];
  readonly angle: number;
}

/** Adds an ellipse whose rim is soft over one pixel. */
const ellipse = (cover: Float32Array, { width, height }: Size, { x, y, radii, angle }: Ellipse): void => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const reach = Math.ceil(Math.max(...radii)) + 1;
  const [left, right] = [Math.max(0, Math.floor(x - reach)), Math.min(width - 1, Math.ceil(x + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(y - reach)), Math.min(height - 1, Math.ceil(y + reach))];
  for (let row = top; row <= bottom; row++)
    for (let col = left; col <= right; col++) {
      const [dx, dy] = [col - x, row - y];
      const distance = Math.hypot((cos * dx + sin * dy) / radii[0], (cos * dy - sin * dx) / radii[1]);
      const inside = (1 - distance) * Math.min(...radii) + 0.5;
      const at = row * width + col;
      cover[at] = Math.max(cover[at]!, Math.min(1, inside));
    }
};
