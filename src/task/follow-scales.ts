/** The scales are the 99 % quantiles of the channels' scores. */
const share = 0.01;
/**
 * How fast a scale may move: of its logarithm, a second. The channels of motion follow the light of the day; presence
 * follows slowly, or what is put down would soon be normal; and so do all while the score alarms.
 */
const rates = { motion: 0.02, presence: 0.002, alarming: 0.001 };
/** How far it may get from its calibrated value, as a factor. */
const factors = { least: 0.7, most: 2.5 };
/**
 * A scale is at least so much, in the units of the channels: gray levels, pixels a frame, and local contrasts. Where nobody
 * ever stands, presence would otherwise alarm at the shadows of another hour, which are up to 2.7 contrasts off.
 */
export const leastScales = [1e-3, 1e-3, 2.5] as const;

/** Scales of the motion model's channels: expectation, speed, presence. */
export type ChannelScales = readonly [number, number, number];

/**
 * Recalibration without retraining: each scale follows the 99 % quantile of its channel by stochastic approximation
 * (Robbins & Monro 1951): up by rate * (1 - share) when the score is above it, down by rate * share when below, in
 * logarithms. Where 2 % of the frames are above, motion's scales rise by two fifths in half an hour; a minute of
 * alarm raises any scale by 6 % at most.
 */
export const followScales = (
  calibrated: ChannelScales,
): {
  readonly values: readonly number[];
  /** `scores`: one a channel; `isAlarming`: whether the frame's score is above the threshold. */
  next(scores: Float32Array, seconds: number, isAlarming: boolean): void;
} => {
  const values = [...calibrated];
  const calm = [rates.motion, rates.motion, rates.presence];
  return {
    values,
    next(scores, seconds, isAlarming) {
      for (const [channel, start] of calibrated.entries()) {
        const value = values[channel]!;
        const rate = isAlarming ? rates.alarming : calm[channel]!;
        const step = seconds * rate * (scores[channel]! > value ? 1 - share : -share);
        const least = Math.max(leastScales[channel]!, factors.least * start);
        values[channel] = Math.min(Math.max(value * Math.exp(step), least), factors.most * start);
      }
    },
  };
};
