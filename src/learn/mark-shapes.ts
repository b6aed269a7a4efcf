/** Pixels along the axes. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** A random number of the interval. */
export type Between = (least: number, most: number) => number;

/** How much of each pixel a mark covers, 0..1, row by row. */
type Cover = Float32Array;

/** One to three ellipses side by side: holes, drops, dirt. */
export const spots = (size: Size, between: Between): Cover => {
  const cover = new Float32Array(size.width * size.height);
  const soft = between(1, 3);
  let [x, y] = [between(0, size.width), between(0, size.height)];
  for (let count = Math.floor(between(1, 4)); count > 0; count--) {
    ellipse(cover, size, { x, y, radii: [between(1.5, 9), between(1.5, 9)], angle: between(0, Math.PI), soft });
    x += between(-6, 6);
    y += between(-6, 6);
  }
  return cover;
};

/** How a stroke goes on, all in pixels and radians. */
interface Course {
  readonly x: number;
  readonly y: number;
  readonly direction: number;
  readonly length: number;
  readonly radius: number;
  /** The most that the direction turns in one pixel; kinks come with it. */
  readonly turn: number;
  readonly soft: number;
}

/**
 * A stroke of uneven width with kinks, branches and thin ends: cracks and scratches. Half of them run along `grain`, thin
 * and nearly straight: they look like the texture itself but for being darker or brighter, and longer.
 */
export const stroke = (size: Size, grain: number, between: Between): Cover => {
  const cover = new Float32Array(size.width * size.height);
  const alongGrain = between(0, 1) < 0.5;
  const turn = between(0, 0.25);
  const course = {
    x: between(0, size.width),
    y: between(0, size.height),
    length: between(12, 1.2 * Math.max(size.width, size.height)),
    soft: between(1, 3),
  };
  // The sum of three is nearly normal, of standard deviation 0.08.
  const aside = between(-0.08, 0.08) + between(-0.08, 0.08) + between(-0.08, 0.08);
  const reversed = between(0, 1) < 0.5 ? Math.PI : 0;
  if (alongGrain)
    drawStroke(
      cover,
      size,
      { ...course, direction: grain + aside + reversed, turn: turn / 5, radius: between(0.5, 1.5) },
      between,
    );
  else
    drawStroke(cover, size, { ...course, direction: between(0, 2 * Math.PI), turn, radius: between(0.5, 4) }, between);
  return cover;
};

const branchShare = 0.015;

const drawStroke = (cover: Cover, size: Size, course: Course, between: Between, isBranch = false): void => {
  const { turn, soft, radius } = course;
  let { x, y, direction } = course;
  let width = 1;
  for (let step = 0; step < course.length; step++) {
    width = Math.min(1.3, Math.max(0.5, width + between(-0.12, 0.12)));
    const taper = Math.max(0.3, Math.min(1, (step + 1) / 4, (course.length - step) / 6));
    const half = Math.max(0.4, radius * width * taper);
    ellipse(cover, size, { x, y, radii: [half, half], angle: 0, soft });
    direction += between(-turn, turn);
    if (between(0, 1) < turn / 4) direction += between(-0.9, 0.9);
    if (!isBranch && between(0, 1) < branchShare) {
      const side = between(0, 1) < 0.5 ? -1 : 1;
      const branch = { x, y, direction: direction + side * between(0.4, 1.2), length: between(6, size.width / 3) };
      drawStroke(cover, size, { ...course, ...branch, radius: 0.7 * radius }, between, true);
    }
    x += Math.cos(direction);
    y += Math.sin(direction);
  }
};

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly radii: readonly [number, number];
  readonly angle: number;
  /** The width of its rim, in pixels. */
  readonly soft: number;
}

/** Adds an ellipse. */
const ellipse = (cover: Cover, { width, height }: Size, { x, y, radii, angle, soft }: Ellipse): void => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const stretch = Math.max(...radii) / Math.min(...radii);
  const reach = Math.ceil(Math.max(...radii) + (soft * stretch) / 2);
  const [left, right] = [Math.max(0, Math.floor(x - reach)), Math.min(width - 1, Math.ceil(x + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(y - reach)), Math.min(height - 1, Math.ceil(y + reach))];
  for (let row = top; row <= bottom; row++)
    for (let col = left; col <= right; col++) {
      const [dx, dy] = [col - x, row - y];
      const distance = Math.hypot((cos * dx + sin * dy) / radii[0], (cos * dy - sin * dx) / radii[1]);
      const inside = ((1 - distance) * Math.min(...radii)) / soft + 0.5;
      const at = row * width + col;
      cover[at] = Math.max(cover[at]!, Math.min(1, inside));
    }
};
