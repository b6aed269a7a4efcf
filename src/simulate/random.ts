/** A 32-bit integer hash of any integers: the same arguments always give the same 0..2^32-1. */
export const hash = (...values: readonly number[]): number => {
  let state = 0x9e3779b9;
  for (const value of values) {
    state = Math.imul(state ^ (value | 0), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
};

/** A number 0 <= x < 1 that depends on the arguments alone. */
export const uniform = (...values: readonly number[]): number => hash(...values) / 2 ** 32;

/** An endless deterministic sequence of numbers 0 <= x < 1. */
export const sequence = (...values: readonly number[]): (() => number) => {
  const start = hash(...values);
  let count = 0;
  return () => uniform(start, count++);
};

const smooth = (fraction: number): number => fraction * fraction * (3 - 2 * fraction);
export const mix = (from: number, to: number, fraction: number): number => from + (to - from) * fraction;

/** 0 below `from`, 1 above `to`, smooth in between. */
export const smoothstep = (from: number, to: number, x: number): number =>
  smooth(Math.min(1, Math.max(0, (x - from) / (to - from))));

/** Value noise over one dimension: smooth, 0..1, one independent value for each integer x. */
export const noise1d = (seed: number, x: number): number => {
  const cell = Math.floor(x);
  return mix(uniform(seed, cell), uniform(seed, cell + 1), smooth(x - cell));
};

/** Value noise over two dimensions, 0..1. */
export const noise2d = (seed: number, x: number, y: number): number => {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const across = smooth(x - column);
  return mix(
    mix(uniform(seed, column, row), uniform(seed, column + 1, row), across),
    mix(uniform(seed, column, row + 1), uniform(seed, column + 1, row + 1), across),
    smooth(y - row),
  );
};
