import { fillCapsule, paint, shadow, type Canvas, type Colour } from './canvas.ts';
import type { Daylight } from './daylight.ts';
import { mix, noise1d, sequence } from './random.ts';
import { project, type Point3, type View } from './view.ts';

interface Leaves {
  readonly at: Point3;
  readonly radius: number;
  readonly colour: Colour;
  readonly phase: number;
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
      return { at, radius: mix(0.16, 0.42, next()), colour, phase: next() * 2 * Math.PI };
    });
    // Far leaves first, low ones before high ones: the lit top stays in front.
    leaves.sort((a, b) => b.at[2] - a.at[2] + 0.5 * (a.at[1] - b.at[1]));
    return { foot: [x, 0, z], crownBase: middle - crown * 0.5, leaves };
  });

/** Metres that the top of a crown is off its place: gusts, and the swing of each bunch of leaves. */
const sway = (seed: number, phase: number, timeSeconds: number): number =>
  0.16 * noise1d(seed, timeSeconds / 5) * Math.sin(timeSeconds * 1.3 + 0.4 * phase) +
  0.035 * Math.sin(timeSeconds * 2.7 + phase);

export const drawTree = (
  canvas: Canvas,
  view: View,
  tree: Tree,
  seed: number,
  timeSeconds: number,
  light: number,
): void => {
  const [x, , z] = tree.foot;
  const trunk = paint(canvas, [92, 74, 58], light, 1);
  fillCapsule(canvas, project(view, tree.foot, 0.2), project(view, [x, tree.crownBase + 0.8, z], 0.12), trunk);
  for (const { at, radius, colour, phase } of tree.leaves) {
    const dot = project(view, [at[0] + sway(seed, phase, timeSeconds), at[1], at[2]], radius);
    fillCapsule(canvas, dot, dot, paint(canvas, colour, light));
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
