import type { Canvas } from './canvas.ts';
import type { Daylight } from './daylight.ts';
import { sequence, uniform } from './random.ts';

/** How the camera exposes at one moment. */
export interface Exposure {
  /** Gray, lit by the camera's own lamp. */
  readonly infrared: boolean;
  /** Amplification over that of full day. */
  readonly gain: number;
  /** Display value factor (R, G, B) for each `Canvas.light` 0..255. */
  readonly factors: readonly [Float32Array, Float32Array, Float32Array];
  /** Standard deviation of the noise for each display value 0..1023; what is over 255 is white. */
  readonly sigma: Float32Array;
}

const gamma = 2.2;
const maxGain = 14;
const infraredGain = 9;
// Poisson-Gaussian noise in linear light, Foi et al. 2008 (doi:10.1109/TIP.2008.2001399): variance = shot * level + read^2.
const shot = 9e-5;
const read = 1.3e-3;

/** The noise of a sensor at `gain`, carried through the display curve. */
const noiseSigma = (gain: number): Float32Array =>
  Float32Array.from({ length: 1024 }, (_, value) => {
    const level = Math.max(0.012, (Math.min(value, 255) / 255) ** gamma);
    const linear = Math.sqrt(shot * gain * level + (read * gain) ** 2);
    return Math.min(16, (255 * linear * level ** (1 / gamma - 1)) / gamma);
  });

/** `amplified`: how many times brighter in linear light the camera exposes than it should. */
export const exposureOf = (day: Daylight, infrared: boolean, amplified: number): Exposure => {
  const [red, green, blue] = [0, 1, 2].map((channel) => {
    const [ambient, direct] = infrared ? [0.012, 0.11] : [day.ambient[channel] ?? 0, day.direct[channel] ?? 0];
    return { ambient, direct };
  });
  const mean = (green?.ambient ?? 0) + 0.6 * (day.lampsOn ? 0.25 : 1) * (green?.direct ?? 0);
  const gain = amplified * (infrared ? infraredGain : Math.min(maxGain, Math.max(0.8, 0.86 / mean ** 0.9)));
  const factors = [red, green, blue].map((light) =>
    Float32Array.from(
      { length: 256 },
      (_, value) => (gain * ((light?.ambient ?? 0) + ((light?.direct ?? 0) * value) / 255)) ** (1 / gamma),
    ),
  );
  const none = new Float32Array(256);
  return {
    infrared,
    gain,
    factors: [factors[0] ?? none, factors[1] ?? none, factors[2] ?? none],
    sigma: noiseSigma(gain),
  };
};

const noiseLength = 1 << 16;

/** Standard normal numbers to draw from, by Box and Muller. */
export const createNoise = (seed: number): Float32Array => {
  const next = sequence(seed, 900);
  return Float32Array.from({ length: noiseLength }, () =>
    Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  ); // prettier-ignore
};

/** Lights the canvas and reads it out as rgb24 into `out`; `frame` numbers the noise. */
export const expose = (
  canvas: Canvas,
  exposure: Exposure,
  noise: Float32Array,
  frame: number,
  out: Uint8Array,
): void => {
  const { width, height } = canvas;
  // Rounds and limits to 0..255 by itself.
  const pixels = new Uint8ClampedArray(out.buffer, out.byteOffset, out.length);
  const readRow = exposure.infrared ? readInfraredRow : readColourRow;
  for (let y = 0; y < height; y++) {
    const from = Math.floor(uniform(frame, y, 901) * (noiseLength - width * 3));
    readRow(canvas, exposure, noise.subarray(from, from + width * 3), y * width, pixels);
  }
};

type ReadRow = (
  canvas: Canvas,
  exposure: Exposure,
  noise: Float32Array,
  firstIndex: number,
  out: Uint8ClampedArray,
) => void;

const readColourRow: ReadRow = ({ width, albedo, light }, { factors, sigma }, noise, firstIndex, out) => {
  const [reds, greens, blues] = factors;
  for (let x = 0; x < width; x++) {
    const lit = light[firstIndex + x] ?? 0;
    const pixel = (firstIndex + x) * 3;
    const red = (albedo[pixel] ?? 0) * (reds[lit] ?? 0);
    const green = (albedo[pixel + 1] ?? 0) * (greens[lit] ?? 0);
    const blue = (albedo[pixel + 2] ?? 0) * (blues[lit] ?? 0);
    out[pixel] = red + (noise[x * 3] ?? 0) * (sigma[red | 0] ?? 0);
    out[pixel + 1] = green + (noise[x * 3 + 1] ?? 0) * (sigma[green | 0] ?? 0);
    out[pixel + 2] = blue + (noise[x * 3 + 2] ?? 0) * (sigma[blue | 0] ?? 0);
  }
};

/** Plants reflect infrared strongly, so green counts most. */
const readInfraredRow: ReadRow = ({ width, albedo, light }, { factors, sigma }, noise, firstIndex, out) => {
  const [, grays] = factors;
  for (let x = 0; x < width; x++) {
    const pixel = (firstIndex + x) * 3;
    const reflected = 0.2 * (albedo[pixel] ?? 0) + 0.65 * (albedo[pixel + 1] ?? 0) + 0.15 * (albedo[pixel + 2] ?? 0);
    const value = reflected * (grays[light[firstIndex + x] ?? 0] ?? 0);
    const gray = value + (noise[x] ?? 0) * (sigma[value | 0] ?? 0);
    out[pixel] = gray;
    out[pixel + 1] = gray;
    out[pixel + 2] = gray;
  }
};
