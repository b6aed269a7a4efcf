// Called for every pixel; a global is slow to look up in a sandbox such as Jest.
const { floor, imul, max, min } = Math;

const stir = (state: number, value: number): number => {
  const first = imul(state ^ (value | 0), 0x85ebca6b);
  const second = imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
};

/** A 32-bit integer hash of up to four integers: the same arguments always give the same 0..2^32-1. */
export const hash = (a: number, b = 0, c = 0, d = 0): number => stir(stir(stir(stir(0x9e3779b9, a), b), c), d) >>> 0;

/** A number 0 <= x < 1 that depends on the arguments alone. */
export const uniform = (a: number, b = 0, c = 0, d = 0): number => hash(a, b, c, d) / 2 ** 32;

/** An endless deterministic sequence of numbers 0 <= x < 1. */
export const sequence = (seed: number, purpose: number): (() => number) => {
  const start = hash(seed, purpose);
  let count = 0;
  return () => uniform(start, count++);
};

const smooth = (fraction: number): number => fraction * fraction * (3 - 2 * fraction);
export const mix = (from: number, to: number, fraction: number): number => from + (to - from) * fraction;

/** 0 below `from`, 1 above `to`, smooth in between. */
export const smoothstep = (from: number, to: number, x: number): number =>
  smooth(min(1, max(0, (x - from) / (to - from))));

/** Value noise over one dimension: smooth, 0..1, one independent value for each integer x. */
export const noise1d = (seed: number, x: number): number => {
  const cell = floor(x);
  return mix(uniform(seed, cell), uniform(seed, cell + 1), smooth(x - cell));
};

/** Value noise over two dimensions, 0..1. */
export const noise2d = (seed: number, x: number, y: number): number => {
  const column = floor(x);
  const row = floor(y);
  const across = smooth(x - column);
  return mix(
    mix(uniform(seed, column, row), uniform(seed, column + 1, row), across),
    mix(uniform(seed, column, row + 1), uniform(seed, column + 1, row + 1), across),
    smooth(y - row),
  );
};
