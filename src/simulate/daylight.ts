import type { Colour } from './canvas.ts';
import { mix, noise1d, smoothstep } from './random.ts';

/** The light at one moment. Intensities are relative to full day; colours are factors around 1. */
export interface Daylight {
  /** Hours since midnight, 0..24. */
  readonly timeOfDay: number;
  readonly lampsOn: boolean;
  /** Light from everywhere (the sky), and light that `Canvas.light` lets through (the sun, or the lamps at night). */
  readonly ambient: Colour;
  readonly direct: Colour;
  /** Metres that a shadow reaches in x and z for each metre of height, and how dark it is, 0..1. */
  readonly shadowX: number;
  readonly shadowZ: number;
  readonly shadowStrength: number;
}

const sunriseHour = 6;
const sunsetHour = 20;
const dayHours = sunsetHour - sunriseHour;

/** Degrees above the horizon: 60 at 13:00, -20 at 01:00. */
const sunElevation = (timeOfDay: number): number => {
  const hours = timeOfDay - sunriseHour;
  if (hours >= 0 && hours <= dayHours) return 60 * Math.sin((Math.PI * hours) / dayHours);
  const night = (timeOfDay - sunsetHour + 24) % 24;
  return -20 * Math.sin((Math.PI * night) / (24 - dayHours));
};

const scaled = ([red, green, blue]: Colour, by: number): Colour => [red * by, green * by, blue * by];
const between = (from: Colour, to: Colour, fraction: number): Colour => [
  mix(from[0], to[0], fraction),
  mix(from[1], to[1], fraction),
  mix(from[2], to[2], fraction),
];

/** The light at `timeOfDay` hours; clouds drift with `timeSeconds` and differ by seed. */
export const daylightAt = (seed: number, timeOfDay: number, timeSeconds: number): Daylight => {
  const elevation = sunElevation(timeOfDay);
  const cloud = smoothstep(
    0.45,
    0.85,
    0.65 * noise1d(seed, timeSeconds / 47) + 0.35 * noise1d(seed + 1, timeSeconds / 13),
  );
  const sun = smoothstep(1, 14, elevation) * (1 - 0.8 * cloud);
  const sky = 0.006 + 0.42 * smoothstep(-9, 16, elevation) * (1 + 0.25 * cloud);
  const lampsOn = elevation < 0;
  const reach = Math.min(2.6, 1 / Math.tan((Math.max(elevation, 5) * Math.PI) / 180));
  const azimuth = (Math.PI * (timeOfDay - sunriseHour)) / dayHours;
  return {
    timeOfDay,
    lampsOn,
    ambient: scaled([0.93, 1, 1.12], sky),
    direct: lampsOn
      ? scaled([1, 0.8, 0.52], 0.16 * smoothstep(0, -3, elevation))
      : scaled(between([1, 0.66, 0.4], [1, 0.96, 0.88], smoothstep(0, 28, elevation)), 0.75 * sun),
    shadowX: reach * Math.cos(azimuth),
    shadowZ: reach * (0.25 + 0.45 * Math.sin(azimuth)),
    shadowStrength: lampsOn ? 0 : 0.92,
  };
};
