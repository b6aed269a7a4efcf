import { anomalyState, coverLens, drawObject } from './anomalies.ts';
import { createBackground, infraredLight, infraredLightAt, lampLight, lampLightAt, sunLight } from './background.ts';
import { createCanvas } from './canvas.ts';
import { conditionState, createKnock, createPictureFaults } from './conditions.ts';
import { daylightAt, type Daylight } from './daylight.ts';
import { drawFigure, shadeFigure } from './figure.ts';
import { pedestriansAt, runnerAt } from './pedestrians.ts';
import { smoothstep } from './random.ts';
import { episodesAt, type ConditionKind, type Schedule } from './schedule.ts';
import { createNoise, expose, exposureOf } from './sensor.ts';
import { drawTree, pictureTree, plantTrees } from './trees.ts';
import { drawVan, shadeVan, van } from './vehicle.ts';
import { panned, viewOf, type Point3 } from './view.ts';

export interface SceneOptions {
  readonly seed: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Hours since midnight at second 0. */
  readonly startTimeOfDay: number;
  /** How many times faster than people move the sun does. */
  readonly timeScale: number;
  readonly nightMode: 'infrared' | 'colour';
  readonly schedule: Schedule;
  /** Changes of light, weather and camera, beside the anomalies. */
  readonly conditions: Schedule<ConditionKind>;
}

export const defaultScene: SceneOptions = {
  seed: 1,
  width: 640,
  height: 360,
  fps: 15,
  startTimeOfDay: 10,
  timeScale: 1,
  nightMode: 'infrared',
  schedule: 'none',
  conditions: 'none',
};

/** A fixed camera over a courtyard. The picture depends on the options and the time alone. */
export interface Scene {
  readonly options: SceneOptions;
  /** The rgb24 picture at a time, written into `out` if given; height x width x 3. */
  render(timeSeconds: number, out?: Uint8Array): Uint8Array;
}

/** Share of the possible walks that happen, by the hour: few at night. */
const busynessAt = (timeOfDay: number): number =>
  0.12 + 0.6 * smoothstep(5, 9, timeOfDay) * (1 - smoothstep(19, 24, timeOfDay));

const shadowStepHours = 1 / 60;

export const createScene = (options: SceneOptions): Scene => {
  const { seed, width, height, fps } = options;
  const base = viewOf(width, height);
  const canvas = createCanvas(width, height);
  const room = { right: Math.round(width * 0.36), down: Math.round(height * 0.06) };
  const background = createBackground(seed, base, width + room.right, height + room.down);
  const trees = plantTrees(seed);
  const treePictures = trees.map((tree) => pictureTree(base, tree));
  const noise = createNoise(seed);
  const knock = createKnock(width, height);
  const addFaults = createPictureFaults(seed, width, height);
  const lamplight = lampLight(background, base);
  const infrared = infraredLight(background);
  const vignette = vignetteOf(width, height);
  const timeOfDayAt = (timeSeconds: number): number =>
    (options.startTimeOfDay + (timeSeconds * options.timeScale) / 3600) % 24;

  // Shadows of things that stand still move once a minute; the last minute is kept.
  let sunlight: { minute: number; light: Uint8Array } = { minute: -1, light: new Uint8Array() };
  const sunlightAt = (day: Daylight): Uint8Array => {
    const minute = Math.floor(day.timeOfDay / shadowStepHours);
    if (minute !== sunlight.minute) {
      const { shadowX, shadowZ, shadowStrength } = daylightAt(seed, minute * shadowStepHours, 0);
      sunlight = { minute, light: sunLight(background, base, trees, { ...day, shadowX, shadowZ, shadowStrength }) };
    }
    return sunlight.light;
  };

  const render = (timeSeconds: number, out: Uint8Array = new Uint8Array(width * height * 3)): Uint8Array => {
    const day = daylightAt(seed, timeOfDayAt(timeSeconds), timeSeconds);
    const condition = conditionState(options.conditions, seed, timeSeconds);
    const isInfrared = condition.infrared || (day.lampsOn && options.nightMode === 'infrared');
    const exposure = exposureOf(day, isInfrared, condition.gain);
    const staticLight = exposure.infrared ? infrared : day.lampsOn ? lamplight : sunlightAt(day);
    const anomaly = anomalyState(base, episodesAt(options.schedule, timeSeconds), timeSeconds);
    const [right, down] = [Math.round(room.right * anomaly.turn), Math.round(room.down * anomaly.turn)];
    const view = panned(base, right, down);
    for (let y = 0; y < height; y++) {
      const from = (y + down) * background.width + right;
      canvas.albedo.set(background.albedo.subarray(from * 3, (from + width) * 3), y * width * 3);
      canvas.light.set(staticLight.subarray(from, from + width), y * width);
    }

    const lightAt = (point: Point3): number =>
      exposure.infrared ? infraredLightAt(point) : day.lampsOn ? lampLightAt(point) : 235;
    const sunSide = day.lampsOn ? 0 : day.shadowX > 0 ? -1 : 1;
    const walking = pedestriansAt(seed, timeSeconds, (start) => busynessAt(timeOfDayAt(start)));
    const figures = [...walking, ...anomaly.runnerX.map((x) => runnerAt(seed, x))];
    if (day.shadowStrength > 0 && !isInfrared) {
      for (const figure of figures) shadeFigure(canvas, view, figure, day);
      for (const x of anomaly.vanX) shadeVan(canvas, view, x, day);
    }
    const things = [
      ...treePictures.map((tree) => ({
        z: tree.foot[2],
        draw: () => drawTree(canvas, tree, seed, timeSeconds, lightAt(tree.foot), [right, down]),
      })),
      ...figures.map((figure) => ({
        z: figure.z,
        draw: () => drawFigure(canvas, view, figure, lightAt([figure.x, 1, figure.z]), sunSide),
      })),
      ...anomaly.vanX.map((x) => ({ z: van.laneZ, draw: () => drawVan(canvas, view, x, lightAt([x, 1, van.laneZ])) })),
      ...anomaly.objects.map((at) => ({ z: at[2], draw: () => drawObject(canvas, view, at, day, lightAt(at)) })),
    ];
    for (const { draw } of things.sort((a, b) => b.z - a.z)) draw();

    if (exposure.infrared) dim(canvas.light, vignette);
    if (anomaly.cover > 0) coverLens(canvas, seed, anomaly.cover);
    const frame = Math.round(timeSeconds * fps);
    expose(knock(canvas, condition.knock), exposure, noise, frame, out);
    addFaults(out, condition, frame);
    return out;
  };
  return { options, render };
};

/** Infrared lamps light the middle of the picture: 0..255 for each pixel. */
const vignetteOf = (width: number, height: number): Uint8Array =>
  Uint8Array.from({ length: width * height }, (_, pixel) => {
    const [x, y] = [(pixel % width) / width - 0.5, Math.floor(pixel / width) / height - 0.5];
    return 255 * (1 - 0.78 * smoothstep(0.15, 0.75, Math.hypot(x * 1.1, y)));
  });

const dim = (light: Uint8Array, by: Uint8Array): void => {
  for (let index = 0; index < light.length; index++) light[index] = ((light[index] ?? 0) * (by[index] ?? 0)) >> 8;
};
