import { createCanvas, fillCapsule, paint, shadow, type Canvas, type Colour } from './canvas.ts';
import type { Daylight } from './daylight.ts';
import { mix, noise1d, sequence } from './random.ts';
import { panned, project, type Point3, type View } from './view.ts';

interface Leaves {
  readonly at: Point3;
  readonly radius: number;
  readonly colour: Colour;
}

export interface Tree {
  readonly foot: Point3;
  readonly crownBase: number;
  readonly leaves: readonly Leaves[];
}

/** Places where nobody walks: beside the walkway and in front of the buildings; [x, z, height] in metres. */
const places = [
  [-5.6, 19.5, 6.2],
  [9.2, 21.5, 6.8],
  [-10.4, 30, 7],
  [7.6, 34, 6.4],
  [15.5, 27, 7],
] as const;

const leavesPerTree = 230;

export const plantTrees = (seed: number): readonly Tree[] =>
  places.map(([x, z, height], index) => {
    const next = sequence(seed, 500 + index);
    const crown = height * 0.34;
    const middle = height - crown;
    const leaves = Array.from({ length: leavesPerTree }, () => {
      const [around, up, out] = [next() * 2 * Math.PI, next() * 2 - 1, Math.cbrt(next())];
      const level = Math.sqrt(1 - up * up) * out;
      const at: Point3 = [
        x + crown * 0.95 * level * Math.cos(around),
        middle + crown * up * out,
        z + crown * 0.6 * level * Math.sin(around),
      ];
      const tone = mix(0.62, 1.15, 0.55 * (0.5 + 0.5 * up * out) + 0.45 * next());
      const colour: Colour = [76 * tone + 12 * next(), 104 * tone, 48 * tone];
      return { at, radius: mix(0.16, 0.42, next()), colour };
    });
    // Far leaves first, low ones before high ones: the lit top stays in front.
    leaves.sort((a, b) => b.at[2] - a.at[2] + 0.5 * (a.at[1] - b.at[1]));
    return { foot: [x, 0, z], crownBase: middle - crown * 0.5, leaves };
  });

/** A tree drawn once: colours already multiplied by their opacity 0..255, and where it is in an unturned picture. */
export interface TreePicture extends Canvas {
  readonly foot: Point3;
  readonly left: number;
  readonly top: number;
  /** Pixels that the top swings to either side in a gust. */
  readonly swing: number;
}

export const pictureTree = (view: View, tree: Tree): TreePicture => {
  const [x, , z] = tree.foot;
  const dots = tree.leaves.map(({ at, radius }) => project(view, at, radius));
  const foot = project(view, tree.foot, 0.2);
  const left = Math.floor(Math.min(...dots.map((dot) => dot.x - dot.radius))) - 2;
  const right = Math.ceil(Math.max(...dots.map((dot) => dot.x + dot.radius))) + 2;
  const top = Math.floor(Math.max(-2, Math.min(...dots.map((dot) => dot.y - dot.radius))));
  const canvas = createCanvas(right - left, Math.ceil(foot.y + foot.radius) + 2 - top);
  const near = panned(view, left, top);
  // On black, the light that reaches `paint` adds up to the opacity.
  const trunkTop = project(near, [x, tree.crownBase + 0.8, z], 0.12);
  fillCapsule(canvas, project(near, tree.foot, 0.2), trunkTop, paint(canvas, [92, 74, 58], 255, 1));
  for (const { at, radius, colour } of tree.leaves) {
    const dot = project(near, at, radius);
    fillCapsule(canvas, dot, dot, paint(canvas, colour, 255));
  }
  return { ...canvas, foot: tree.foot, left, top, swing: (0.17 * view.focal) / z };
};

/** Draws a tree as the wind bends it, `right` and `down` pixels away when the camera is turned. */
export const drawTree = (
  canvas: Canvas,
  tree: TreePicture,
  seed: number,
  timeSeconds: number,
  light: number,
  [right, down]: readonly [number, number],
): void => {
  const gust = (0.2 + 0.8 * noise1d(seed, timeSeconds / 5)) * Math.sin(timeSeconds * 1.3 + tree.foot[0]);
  for (let row = 0; row < tree.height; row++) {
    const y = tree.top - down + row;
    if (y < 0 || y >= canvas.height) continue;
    const up = 1 - row / tree.height;
    const flutter = 0.12 * Math.sin(timeSeconds * 3.1 + row * 0.3);
    const shift = tree.swing * up * up * (gust + flutter);
    const whole = Math.floor(shift);
    drawTreeRow(canvas, tree, row, y, tree.left - right + whole, shift - whole, light);
  }
};

/** One row of a tree with its first pixel at `left`, moved on to the right by a `fraction` of a pixel. */
const drawTreeRow = (
  { width, albedo, light: lights }: Canvas,
  tree: TreePicture,
  row: number,
  y: number,
  left: number,
  fraction: number,
  light: number,
): void => {
  const leaves = tree.albedo;
  const rest = 1 - fraction;
  const from = Math.max(1, -left);
  const to = Math.min(tree.width, width - left);
  for (let column = from; column < to; column++) {
    const source = row * tree.width + column;
    const opacity = (tree.light[source] ?? 0) * rest + (tree.light[source - 1] ?? 0) * fraction;
    if (opacity === 0) continue;
    const keep = 1 - opacity / 255;
    const target = y * width + left + column;
    const [to3, from3] = [target * 3, source * 3];
    albedo[to3] = (albedo[to3] ?? 0) * keep + (leaves[from3] ?? 0) * rest + (leaves[from3 - 3] ?? 0) * fraction;
    albedo[to3 + 1] =
      (albedo[to3 + 1] ?? 0) * keep + (leaves[from3 + 1] ?? 0) * rest + (leaves[from3 - 2] ?? 0) * fraction;
    albedo[to3 + 2] =
      (albedo[to3 + 2] ?? 0) * keep + (leaves[from3 + 2] ?? 0) * rest + (leaves[from3 - 1] ?? 0) * fraction;
    lights[target] = (lights[target] ?? 0) * keep + (light * opacity) / 255;
  }
};

/** The shade under a tree, flattened by the view from above. */
export const shadeTree = (canvas: Canvas, view: View, tree: Tree, day: Daylight): void => {
  const plot = shadow(canvas, day.shadowStrength * 0.85);
  for (const { at, radius } of tree.leaves) {
    const [x, z] = [at[0] + at[1] * day.shadowX, at[2] + at[1] * day.shadowZ];
    if (z < 5) continue;
    const left = project(view, [x - radius * 0.8, 0, z], radius * 0.5);
    fillCapsule(canvas, left, project(view, [x + radius * 0.8, 0, z], radius * 0.5), plot);
  }
};
