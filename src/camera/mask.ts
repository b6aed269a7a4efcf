import type { Polygon } from '../core/camera.ts';
import { channelsOf } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';

/** Where the polygon's edges cross a horizontal line at `y` (0..1), from left to right. */
const crossings = (polygon: Polygon, y: number): number[] =>
  polygon
    .flatMap(([x0, y0], index) => {
      const [x1, y1] = polygon[(index + 1) % polygon.length] ?? [x0, y0];
      return y0 <= y !== y1 <= y ? [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)] : [];
    })
    .sort((a, b) => a - b);

/**
 * Turns polygons into a function that blacks them out in a frame's bytes, in place. A pixel is inside by its centre and the
 * even-odd rule of its polygon; inside any polygon is enough. The geometry is worked out once, into spans of bytes.
 */
export const maskPainter = (polygons: readonly Polygon[], shape: FrameShape): ((data: Uint8Array) => void) => {
  const { width, height } = shape;
  const channels = channelsOf(shape.format);
  const spans: [start: number, end: number][] = [];
  const column = (x: number): number => Math.min(width, Math.max(0, Math.ceil(x * width - 0.5)));

  for (let row = 0; row < height; row++)
    for (const polygon of polygons) {
      const xs = crossings(polygon, (row + 0.5) / height);
      for (let pair = 0; pair + 1 < xs.length; pair += 2) {
        const [from, to] = [column(xs[pair] ?? 0), column(xs[pair + 1] ?? 0)];
        if (from < to) spans.push([(row * width + from) * channels, (row * width + to) * channels]);
      }
    }
  return (data) => {
    for (const [start, end] of spans) data.fill(0, start, end);
  };
};
