/** Random numbers 0 <= x < 1, the same for the same seed: mulberry32 by Tommy Ettinger, public domain. */
export const randomSource = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A whole number from `low` to below `high`. */
export const randomInteger = (random: () => number, low: number, high: number): number =>
  low + Math.floor(random() * (high - low));

export const randomItem = <T>(random: () => number, items: readonly T[]): T =>
  items[randomInteger(random, 0, items.length)]!;

export const randomBetween = (random: () => number, low: number, high: number): number => low + (high - low) * random();
