import type { Tape, Value } from '../training/tape.ts';

/** What is carried from frame to frame, each [N, 1, H, W]. */
export interface DenoiserState {
  /** F: the recursive average of the frames, 0..1. */
  readonly average: Value;
  /** v: the variance of the average in units of the noise's; `unseen` where there is none. */
  readonly variance: Value;
  /** D: the last output, 0..1. */
  readonly denoised: Value;
}

export interface DenoiserStep extends DenoiserState {
  /** g, 0..1: the share of the new frame in the average. */
  readonly gain: Value;
  /** 0..1: how far the net began the average anew, beyond what a still scene needs. */
  readonly reset: Value;
}

/** The variance of an average of nothing. */
export const unseen = 1000;
/** The least share of a new frame: averages are over fifty frames at most. */
export const leastGain = 0.02;
/** Distances in units of the noise's standard deviation say no more beyond this. */
const mostDistance = 8;
const mostEvidence = 16;

/**
 * The noise's standard deviation at each pixel, in units of 0..1: sqrt(a x + b2), with the brightness x from the mean
 * of 5x5 pixels (Foi et al. 2008, Practical Poissonian-Gaussian noise modeling,
 * https://doi.org/10.1109/TIP.2008.2001399). `a` and `b2` are [N, 1, 1, 1].
 */
export const noiseMap = (tape: Tape, x: Value, a: Value, b2: Value): Value =>
  tape.sqrt(tape.add(tape.mul(a, tape.boxMean(x, 5)), b2));

/**
 * One frame of the recurrent denoiser. The average F follows the frames with the gain of a Kalman filter for a still
 * scene, v / (v + 1), which the net raises where something changed; the net also says where the average is to be
 * smoothed, and what remains to be added (one trunk, as in Maggioni et al. 2021, Efficient Multi-Stage Video Denoising
 * With Recurrent Spatio-Temporal Fusion, https://arxiv.org/abs/2103.05407). `s` is the noise map of `x`; `net` takes
 * [N, 4 block^2 + 5, H / block, W / block] to [N, 3 block^2, ...].
 */
export const denoiserStep = (
  tape: Tape,
  {
    x,
    s,
    state,
    block,
    net,
  }: {
    readonly x: Value;
    readonly s: Value;
    readonly state: DenoiserState;
    readonly block: number;
    readonly net: (x: Value) => Value;
  },
): DenoiserStep => {
  const scale = (value: Value, factor: number): Value => tape.mul(value, tape.number(factor));
  const plus = (value: Value, summand: number): Value => tape.add(value, tape.number(summand));
  const { average, variance, denoised } = state;
  const innovation = tape.sub(x, average);
  // Divisions are dear.
  const perNoise = tape.div(tape.number(1), s);
  const perVariance = tape.div(tape.number(1), plus(variance, 1));
  const distance = tape.mul(innovation, perNoise);
  const still = tape.clip(tape.mul(variance, perVariance), leastGain, Infinity);

  // The mean and the energy of the squares, each N(0, 1) where nothing changed, then of 3x3 squares.
  const z = tape.mul(distance, tape.sqrt(perVariance));
  const means = scale(tape.averagePool(z, block), block);
  const energies = scale(plus(tape.averagePool(tape.mul(z, z), block), -1), block * Math.SQRT1_2);
  const evidence = [means, energies, scale(tape.boxMean(means, 3), 3), scale(tape.boxMean(energies, 3), 3)];
  const bounded = evidence.map((map, at) =>
    scale(tape.clip(at % 2 === 0 ? tape.abs(map) : map, -Infinity, mostEvidence), 0.25),
  );

  const near = (value: Value): Value => scale(tape.clip(value, -mostDistance, mostDistance), 0.25);
  const pixels = [x, near(distance), still, near(tape.mul(tape.sub(x, denoised), perNoise))];
  const places = [tape.spaceToDepth(tape.concat(pixels), block), scale(tape.averagePool(s, block), 4), ...bounded];
  const heads = tape.channels(tape.depthToSpace(net(tape.concat(places)), block));
  const [reset, residual, smoothing] = [tape.sigmoid(heads[0]!), heads[1]!, tape.sigmoid(heads[2]!)];

  const gain = tape.add(still, tape.mul(tape.sub(tape.number(1), still), reset));
  const next = tape.add(average, tape.mul(gain, innovation));
  const smooth = tape.boxMean(tape.boxMean(next, 3), 3);
  const smoothed = tape.add(next, tape.mul(smoothing, tape.sub(smooth, next)));
  return { average: next, variance: gain, gain, reset, denoised: tape.add(smoothed, tape.mul(s, residual)) };
};
