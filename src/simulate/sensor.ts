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
  /** Standard deviation of the noise for each display value 0..255. */
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
  Float32Array.from({ length: 256 }, (_, value) => {
    const level = Math.max(0.012, (value / 255) ** gamma);
    const linear = Math.sqrt(shot * gain * level + (read * gain) ** 2);
    return Math.min(16, (255 * linear * level ** (1 / gamma - 1)) / gamma);
  });

export const exposureOf = (day: Daylight, nightMode: 'infrared' | 'colour'): Exposure => {
  const infrared = day.lampsOn && nightMode === 'infrared';
  const [red, green, blue] = [0, 1, 2].map((channel) => {
    const [ambient, direct] = infrared ? [0.012, 0.11] : [day.ambient[channel] ?? 0, day.direct[channel] ?? 0];
    return { ambient, direct };
  });
  const mean = (green?.ambient ?? 0) + 0.6 * (day.lampsOn ? 0.25 : 1) * (green?.direct ?? 0);
  const gain = infrared ? infraredGain : Math.min(maxGain, Math.max(0.8, 0.86 / mean ** 0.9));
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

const noiseLength = 1 << 18;

/** Standard normal numbers to draw from, by Box and Muller. */
export const createNoise = (seed: number): Float32Array => {
  const next = sequence(seed, 900);
  return Float32Array.from({ length: noiseLength }, () =>
    Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  ); // prettier-ignore
};

const clamped = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

/** Lights the canvas and reads it out as rgb24 into `out`; `frame` numbers the noise. */
export const expose = (
  canvas: Canvas,
  exposure: Exposure,
  noise: Float32Array,
  frame: number,
  out: Uint8Array,
): void => {
  const { width, height, albedo, light } = canvas;
  const [reds, greens, blues] = exposure.factors;
  const { sigma, infrared } = exposure;
  for (let y = 0; y < height; y++) {
    let at = Math.floor(uniform(frame, y, 901) * (noiseLength - width * 3));
    const end = (y + 1) * width;
    for (let index = y * width; index < end; index++) {
      const pixel = index * 3;
      const lit = light[index] ?? 0;
      const [red, green, blue] = [albedo[pixel] ?? 0, albedo[pixel + 1] ?? 0, albedo[pixel + 2] ?? 0];
      if (infrared) {
        // Plants reflect infrared strongly, so green counts most.
        const value = clamped((0.2 * red + 0.65 * green + 0.15 * blue) * (greens[lit] ?? 0));
        const read = clamped(value + (noise[at++] ?? 0) * (sigma[value | 0] ?? 0) + 0.5);
        out[pixel] = read;
        out[pixel + 1] = read;
        out[pixel + 2] = read;
      } else {
        const litRed = clamped(red * (reds[lit] ?? 0));
        const litGreen = clamped(green * (greens[lit] ?? 0));
        const litBlue = clamped(blue * (blues[lit] ?? 0));
        out[pixel] = clamped(litRed + (noise[at++] ?? 0) * (sigma[litRed | 0] ?? 0) + 0.5);
        out[pixel + 1] = clamped(litGreen + (noise[at++] ?? 0) * (sigma[litGreen | 0] ?? 0) + 0.5);
        out[pixel + 2] = clamped(litBlue + (noise[at++] ?? 0) * (sigma[litBlue | 0] ?? 0) + 0.5);
      }
    }
  }
};
