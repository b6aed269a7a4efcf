import type { Dot } from './view.ts';

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
    albedo[pixel] = Math.min(255, (albedo[pixel] ?? 0) * keep + red * lit * coverage);
    albedo[pixel + 1] = Math.min(255, (albedo[pixel + 1] ?? 0) * keep + green * lit * coverage);
    albedo[pixel + 2] = Math.min(255, (albedo[pixel + 2] ?? 0) * keep + blue * lit * coverage);
    lights[index] = (lights[index] ?? 0) * keep + light * coverage;
  };
};

/** Takes direct light away; shapes that overlap do not darken twice. */
export const shadow = ({ light }: Canvas, strength: number): Plot => {
  return (index, coverage) => {
    light[index] = Math.min(light[index] ?? 0, 255 * (1 - strength * coverage));
  };
};

/** Fills the hull of two discs (a limb, a pole; a disc when both are the same), with smooth edges. */
export const fillCapsule = ({ width, height }: Canvas, a: Dot, b: Dot, plot: Plot): void => {
  const reach = Math.max(a.radius, b.radius) + 1;
  const left = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach));
  const right = Math.min(width - 1, Math.ceil(Math.max(a.x, b.x) + reach));
  const top = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(a.y, b.y) + reach));
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length2 = dx * dx + dy * dy || 1;
  for (let y = top; y <= bottom; y++) {
    const py = y + 0.5 - a.y;
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - a.x;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) / length2));
      const offX = px - along * dx;
      const offY = py - along * dy;
      const edge = a.radius + (b.radius - a.radius) * along + 0.5;
      const distance2 = offX * offX + offY * offY;
      if (distance2 < edge * edge) plot(y * width + x, Math.min(1, edge - Math.sqrt(distance2)), offX / edge);
    }
  }
};

/** Fills a convex polygon given in either direction, with smooth edges. */
export const fillPolygon = ({ width, height }: Canvas, points: readonly Dot[], plot: Plot): void => {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const edges = points.map((from, index) => {
    const to = points[(index + 1) % points.length] ?? from;
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    return { x: from.x, y: from.y, nx: (from.y - to.y) / length, ny: (to.x - from.x) / length };
  });
  const area = points.reduce((sum, from, index) => {
    const to = points[(index + 1) % points.length] ?? from;
    return sum + from.x * to.y - to.x * from.y;
  }, 0);
  const inward = Math.sign(area);
  const right = Math.min(width - 1, Math.ceil(Math.max(...xs)));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...ys)));
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y <= bottom; y++) {
    for (let x = Math.max(0, Math.floor(Math.min(...xs))); x <= right; x++) {
      let coverage = 1;
      for (const edge of edges) {
        const inside = inward * ((x + 0.5 - edge.x) * edge.nx + (y + 0.5 - edge.y) * edge.ny) + 0.5;
        if (inside < coverage) coverage = inside;
      }
      if (coverage > 0) plot(y * width + x, coverage, 0);
    }
  }
};
