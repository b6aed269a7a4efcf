const firstMs = 5000;
const longestMs = 3_600_000;

/**
 * How long to wait after a failure, milliseconds: 5 s at first, doubled with each `earlier` failure up to an hour, and
 * spread over its upper half by `random` (0..1), so that many do not come back at once.
 */
export const waitMs = (earlier: number, random: number): number =>
  Math.round(Math.min(longestMs, firstMs * 2 ** Math.min(earlier, 20)) * (0.5 + random / 2));

/** The longest wait that a receiver may ask for. */
export const longestAskedMs = 6 * 3_600_000;
