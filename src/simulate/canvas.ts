import type { Dot } from './view.ts';

// Called for every pixel; a global is slow to look up in a sandbox such as Jest.
const { ceil, floor, hypot, max, min, sign, sqrt } = Math;

export type Colour = readonly [red: number, green: number, blue: number];

/**
 * What the sensor looks at, before light falls on it. `albedo`: height x width x 3, display values 0..255.
 * `light`: height x width, 0 where only the sky shines, 255 in full sun (by day) or in full lamp light (by night).
 */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly albedo: Uint8Array;
  readonly light: Uint8Array;
}

export const createCanvas = (width: number, height: number): Canvas => ({
  width,
  height,
  albedo: new Uint8Array(width * height * 3),
  light: new Uint8Array(width * height),
});

/** Called for each pixel of a shape: its index, its coverage 0..1, and -1 (left edge) .. 1 (right edge). */
export type Plot = (index: number, coverage: number, side: number) => void;

/** Paints a colour; `sunSide` -1 or 1 is the side from which it is lit, 0 for flat things. */
export const paint = (canvas: Canvas, colour: Colour, light: number, sunSide = 0): Plot => {
  const { albedo, light: lights } = canvas;
  const [red, green, blue] = colour;
  return (index, coverage, side) => {
    const lit = 1 + 0.22 * side * sunSide;
    const keep = 1 - coverage;
    const pixel = index * 3;
    albedo[pixel] = min(255, (albedo[pixel] ?? 0) * keep + red * lit * coverage);
    albedo[pixel + 1] = min(255, (albedo[pixel + 1] ?? 0) * keep + green * lit * coverage);
    albedo[pixel + 2] = min(255, (albedo[pixel + 2] ?? 0) * keep + blue * lit * coverage);
    lights[index] = (lights[index] ?? 0) * keep + light * coverage;
  };
};

/** Takes direct light away; shapes that overlap do not darken twice. */
export const shadow = ({ light }: Canvas, strength: number): Plot => {
  return (index, coverage) => {
    light[index] = min(light[index] ?? 0, 255 * (1 - strength * coverage));
  };
};

/** Fills the hull of two discs (a limb, a pole; a disc when both are the same), with smooth edges. */
export const fillCapsule = ({ width, height }: Canvas, a: Dot, b: Dot, plot: Plot): void => {
  const reach = max(a.radius, b.radius) + 1;
  const left = max(0, floor(min(a.x, b.x) - reach));
  const right = min(width - 1, ceil(max(a.x, b.x) + reach));
  const top = max(0, floor(min(a.y, b.y) - reach));
  const bottom = min(height - 1, ceil(max(a.y, b.y) + reach));
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length2 = dx * dx + dy * dy || 1;
  for (let y = top; y <= bottom; y++) {
    const py = y + 0.5 - a.y;
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - a.x;
      const along = min(1, max(0, (px * dx + py * dy) / length2));
      const offX = px - along * dx;
      const offY = py - along * dy;
      const edge = a.radius + (b.radius - a.radius) * along + 0.5;
      const distance2 = offX * offX + offY * offY;
      if (distance2 < edge * edge) plot(y * width + x, min(1, edge - sqrt(distance2)), offX / edge);
    }
  }
};

/** Fills a convex polygon given in either direction, with smooth edges. */
export const fillPolygon = ({ width, height }: Canvas, points: readonly Dot[], plot: Plot): void => {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const edges = points.map((from, index) => {
    const to = points[(index + 1) % points.length] ?? from;
    const length = hypot(to.x - from.x, to.y - from.y) || 1;
    return { x: from.x, y: from.y, nx: (from.y - to.y) / length, ny: (to.x - from.x) / length };
  });
  const area = points.reduce((sum, from, index) => {
    const to = points[(index + 1) % points.length] ?? from;
    return sum + from.x * to.y - to.x * from.y;
  }, 0);
  const inward = sign(area);
  const right = min(width - 1, ceil(max(...xs)));
  const bottom = min(height - 1, ceil(max(...ys)));
  for (let y = max(0, floor(min(...ys))); y <= bottom; y++) {
    for (let x = max(0, floor(min(...xs))); x <= right; x++) {
      let coverage = 1;
      for (const edge of edges) {
        const inside = inward * ((x + 0.5 - edge.x) * edge.nx + (y + 0.5 - edge.y) * edge.ny) + 0.5;
        if (inside < coverage) coverage = inside;
      }
      if (coverage > 0) plot(y * width + x, coverage, 0);
    }
  }
};
