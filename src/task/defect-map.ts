/** Pixels along the axes. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** At the rim of an image the model sees one side only: so many pixels are not judged. */
const rim = 4;

/** A spot is as strong as the mean of so many pixels, the highest. */
const topPixels = 30;

/** A line is as strong as the mean along it: 41 pixels, in this many directions, on a map of half the size. */
const directions = 16;
const reach = 10;

/** Surer than this counts as this much: log odds of what 8 bits can tell apart. */
const mostLogOdds = 6;

/** What stands out in an image, in log odds: as a spot, small and sure, and as a line, long and perhaps faint. */
export interface Findings {
  readonly spot: number;
  readonly line: number;
}

/** How sure each pixel is marked, log odds of -6..6, as what stands out most. Row by row; pixels at the rim are left out. */
export const findingsOf = (logOdds: Float32Array, size: Size): Findings => {
  const inside = new Float32Array((size.width - 2 * rim) * (size.height - 2 * rim));
  let count = 0;
  for (let y = rim; y < size.height - rim; y++)
    for (let x = rim; x < size.width - rim; x++) inside[count++] = logOdds[y * size.width + x]!;
  const top = inside.sort().subarray(-topPixels);
  return { spot: top.reduce((sum, value) => sum + value, 0) / top.length, line: strongestLine(logOdds, size) };
};

/** The highest mean along a line; only what lies inside counts, so that a line may end at the rim. */
const strongestLine = (logOdds: Float32Array, size: Size): number => {
  const half = halved(logOdds, size);
  const { width, height } = half;
  const margin = rim / 2;
  let strongest = -Infinity;
  for (let direction = 0; direction < directions; direction++) {
    const angle = (Math.PI * direction) / directions;
    const line = Array.from({ length: 2 * reach + 1 }, (_, at) => ({
      dx: Math.round((at - reach) * Math.cos(angle)),
      dy: Math.round((at - reach) * Math.sin(angle)),
    }));
    for (let y = margin; y < height - margin; y++)
      for (let x = margin; x < width - margin; x++) {
        let sum = 0;
        let taps = 0;
        for (const { dx, dy } of line) {
          const [col, row] = [x + dx, y + dy];
          if (col < 0 || col >= width || row < 0 || row >= height) continue;
          sum += half.values[row * width + col]!;
          taps++;
        }
        strongest = Math.max(strongest, sum / taps);
      }
  }
  return strongest;
};

const halved = (values: Float32Array, size: Size): Size & { readonly values: Float32Array } => {
  const [width, height] = [Math.floor(size.width / 2), Math.floor(size.height / 2)];
  const half = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 2 * y * size.width + 2 * x;
      half[y * width + x] =
        (values[at]! + values[at + 1]! + values[at + size.width]! + values[at + size.width + 1]!) / 4;
    }
  return { width, height, values: half };
};

/** Log odds of a probability of 8 bits, 0..255. */
export const logOddsOf = (probability: number): number => {
  const odds = Math.log((probability + 0.25) / (255.25 - probability));
  return Math.min(mostLogOdds, Math.max(-mostLogOdds, odds));
};
