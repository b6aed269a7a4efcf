import { createCanvas, fillCapsule, paint, type Canvas } from './canvas.ts';
import { lookAlong } from './courtyard.ts';
import type { Daylight } from './daylight.ts';
import { shadeTree, type Tree } from './trees.ts';
import { project, type Point3, type View } from './view.ts';

/** Everything that does not move, with room to the right and below for a camera that is turned. */
export interface Background {
  readonly width: number;
  readonly height: number;
  /** Metres: the point seen at each pixel, 3 numbers a pixel. */
  readonly points: Float32Array;
  readonly ground: Uint8Array;
  readonly glowing: Uint8Array;
  readonly albedo: Uint8Array;
}

const lamps: readonly Point3[] = [
  [-4.6, 3.9, 17],
  [6.6, 3.9, 17],
  [-1.4, 3.9, 29],
  [13.5, 3.9, 22],
];
const samples = [0.25, 0.75] as const;

export const createBackground = (seed: number, view: View, width: number, height: number): Background => {
  const canvas = createCanvas(width, height);
  const points = new Float32Array(width * height * 3);
  const ground = new Uint8Array(width * height);
  const glowing = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const sum = [0, 0, 0];
      for (const offY of samples) {
        for (const offX of samples) {
          const across = (x + offX - view.centreX) / view.focal;
          const hit = lookAlong(
            seed,
            view.cameraHeight,
            across,
            (view.horizonY - y - offY) / view.focal,
            1 / view.focal,
          );
          hit.colour.forEach((value, channel) => (sum[channel] = (sum[channel] ?? 0) + value / 4));
          points.set(hit.at, pixel * 3);
          ground[pixel] = hit.surface === 'ground' ? 1 : 0;
          glowing[pixel] = hit.surface === 'window' ? 1 : 0;
        }
      }
      canvas.albedo.set(
        sum.map((value) => Math.min(255, value)),
        pixel * 3,
      );
    }
  }
  drawFurniture(canvas, view);
  return { width, height, points, ground, glowing, albedo: canvas.albedo };
};

/** Lamp posts and a bench. */
const drawFurniture = (canvas: Canvas, view: View): void => {
  const metal = paint(canvas, [72, 76, 80], 0, 1);
  for (const [x, y, z] of lamps) {
    fillCapsule(canvas, project(view, [x, 0, z], 0.07), project(view, [x, y, z], 0.05), metal);
    const head = paint(canvas, [216, 214, 204], 0);
    fillCapsule(canvas, project(view, [x - 0.22, y, z], 0.1), project(view, [x + 0.22, y, z], 0.1), head);
  }
  const wood = paint(canvas, [134, 98, 66], 0);
  const [x, z] = [-8.2, 17.2];
  for (const y of [0.45, 0.7, 0.85])
    fillCapsule(canvas, project(view, [x, y, z], 0.06), project(view, [x + 1.9, y, z], 0.06), wood);
  for (const leg of [x + 0.15, x + 1.75])
    fillCapsule(canvas, project(view, [leg, 0, z], 0.05), project(view, [leg, 0.8, z], 0.05), metal);
};

/** Light of the lamps at each pixel; lit windows and the lamps themselves shine. */
export const lampLight = (background: Background, view: View): Uint8Array => {
  const { points, glowing } = background;
  const light = glowing.map((on, pixel) => {
    if (on === 1) return 255;
    const [x, y, z] = [points[pixel * 3] ?? 0, points[pixel * 3 + 1] ?? 0, points[pixel * 3 + 2] ?? 0];
    return Math.min(235, lampLightAt([x, y, z]));
  });
  const canvas = { ...background, light };
  for (const [x, y, z] of lamps) {
    const bulb = paint(canvas, [255, 244, 214], 255);
    fillCapsule(canvas, project(view, [x - 0.2, y - 0.06, z], 0.09), project(view, [x + 0.2, y - 0.06, z], 0.09), bulb);
  }
  return light;
};

/** Lamp light 0..235 that falls on a point in metres. */
export const lampLightAt = ([x, y, z]: Point3): number => {
  const sum = lamps.reduce((total, [lampX, lampY, lampZ]) => {
    const distance2 = (x - lampX) ** 2 + (y - lampY) ** 2 * 0.5 + (z - lampZ) ** 2;
    return total + 255 / (1 + distance2 / 9) ** 1.4;
  }, 0);
  return Math.min(235, sum);
};

/** The camera's own infrared light 0..255 at a point in metres: it fades with distance. */
export const infraredLightAt = ([x, , z]: Point3): number => 255 / (1 + ((x * x + z * z) / 22 ** 2) ** 1.2);

export const infraredLight = ({ points, ground }: Background): Uint8Array =>
  ground.map((_, pixel) => infraredLightAt([points[pixel * 3] ?? 0, 0, points[pixel * 3 + 2] ?? 0]));

/** A house behind the camera, to the right, that shades a part of the lawn early and late. */
const houseHeight = 14;
const houseX = 19;

/** Sunlight at each pixel: 255 in the sun, less in the shade of trees and of the house. */
export const sunLight = (background: Background, view: View, trees: readonly Tree[], day: Daylight): Uint8Array => {
  const edge = houseX + houseHeight * day.shadowX;
  const light = background.ground.map((isGround, pixel) => {
    if (isGround === 0) return 225;
    const x = background.points[pixel * 3] ?? 0;
    return day.shadowX < 0 && x > edge ? 255 * Math.max(1 - day.shadowStrength, 1 - (x - edge) * 4) : 255;
  });
  const shaded = { ...background, light: light.slice() };
  for (const tree of trees) shadeTree(shaded, view, tree, day);
  return light.map((value, pixel) => (background.ground[pixel] === 1 ? (shaded.light[pixel] ?? 0) : value));
};
