import { fillPolygon, paint, shadow, type Canvas, type Colour } from './canvas.ts';
import type { Daylight } from './daylight.ts';
import { project, type Point3, type View } from './view.ts';

/** Metres. The van drives to the right, along x. */
export const van = { length: 4.6, width: 1.85, height: 2.05, laneZ: 12.7 } as const;

const bodyColour: Colour = [206, 208, 206];

const quad = (canvas: Canvas, view: View, corners: readonly Point3[], colour: Colour, light: number): void =>
  fillPolygon(canvas, corners.map((corner) => project(view, corner)), paint(canvas, colour, light)); // prettier-ignore

/** A side of the van: points given as [forward from the rear bumper, up]. */
const side = (x: number, z: number, outline: readonly (readonly [number, number])[]): Point3[] =>
  outline.map(([forward, up]) => [x - van.length / 2 + forward, up, z]);

const circle = (x: number, z: number, radius: number): Point3[] =>
  Array.from({ length: 14 }, (_, step) => {
    const angle = (step / 14) * 2 * Math.PI;
    return [x + radius * Math.cos(angle), 0.33 + radius * Math.sin(angle), z];
  });

/** Draws the van with its middle at `x` metres; `light` as in Canvas. */
export const drawVan = (canvas: Canvas, view: View, x: number, light: number): void => {
  const [near, far] = [van.laneZ - van.width / 2, van.laneZ + van.width / 2];
  const [rear, nose] = [x - van.length / 2, x + van.length / 2];
  const face = (colour: Colour, ...corners: readonly Point3[]): void => quad(canvas, view, corners, colour, light);
  const roof = van.height;
  face([226, 228, 226], [rear, roof, near], [nose - 1.3, roof, near], [nose - 1.3, roof, far], [rear, roof, far]);
  face(
    [70, 84, 96],
    [nose - 1.3, roof, near],
    [nose - 0.75, 1.15, near],
    [nose - 0.75, 1.15, far],
    [nose - 1.3, roof, far],
  );
  face(bodyColour, [nose - 0.75, 1.15, near], [nose, 0.95, near], [nose, 0.95, far], [nose - 0.75, 1.15, far]);
  // Which end shows depends on where the van is.
  if (x > 0) face([150, 152, 152], [rear, 0.3, near], [rear, roof, near], [rear, roof, far], [rear, 0.3, far]);
  else face([164, 166, 166], [nose, 0.3, near], [nose, 0.95, near], [nose, 0.95, far], [nose, 0.3, far]);
  const panel = (colour: Colour, outline: readonly (readonly [number, number])[]): void =>
    quad(canvas, view, side(x, near, outline), colour, light);
  panel(bodyColour, [[0, 0.3], [4.6, 0.3], [4.6, 0.95], [3.85, 1.15], [0, 1.15]]); // prettier-ignore
  panel(bodyColour, [[0, 1.1], [3.87, 1.1], [3.3, roof], [0, roof]]); // prettier-ignore
  panel([58, 110, 168], [[0, 0.75], [4.55, 0.75], [4.5, 0.95], [0, 0.95]]); // prettier-ignore
  panel([56, 68, 78], [[2.6, 1.18], [3.72, 1.18], [3.22, 1.9], [2.6, 1.9]]); // prettier-ignore
  panel([238, 196, 90], [[4.4, 0.62], [4.6, 0.62], [4.6, 0.74], [4.4, 0.74]]); // prettier-ignore
  for (const wheel of [rear + 0.85, nose - 0.85]) {
    face([26, 26, 28], ...circle(wheel, near - 0.01, 0.36));
    face([140, 142, 144], ...circle(wheel, near - 0.02, 0.2));
  }
};

export const shadeVan = (canvas: Canvas, view: View, x: number, day: Daylight): void => {
  const plot = shadow(canvas, day.shadowStrength);
  const strip = (up: number): void => {
    const corners = [
      [x - van.length / 2, van.laneZ - van.width / 2],
      [x + van.length / 2, van.laneZ - van.width / 2],
      [x + van.length / 2, van.laneZ + van.width / 2],
      [x - van.length / 2, van.laneZ + van.width / 2],
    ] as const;
    const fallen = corners.map(([cornerX, z]): Point3 => [cornerX + up * day.shadowX, 0, z + up * day.shadowZ]);
    fillPolygon(canvas, fallen.map((corner) => project(view, corner)), plot); // prettier-ignore
  };
  for (let up = 0.1; up <= van.height; up += 0.15) strip(up);
};
