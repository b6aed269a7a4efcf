import { EngineError } from '../../src/core/errors.ts';
import { calibrateModel, errorMaps } from '../../src/learn/calibrate-model.ts';
import { DataSetCollector, holdBack } from '../../src/learn/data-set.ts';
import { createAnomalyScorer } from '../../src/task/anomaly.ts';
import { anyModel, brightnessEngine } from './brightness-engine.ts';

const setOf = (brightnesses: readonly number[], fps = 5) => {
  const collector = new DataSetCollector({ width: 2, height: 1, format: 'gray' }, fps);
  for (const brightness of brightnesses) collector.add({ data: Uint8Array.of(brightness, 0) });
  return collector.finish('brightness');
};
const rising = Array.from({ length: 50 }, (_, index) => index);
const wavering = Array.from({ length: 64 }, (_, index) => 100 + ((index * 7) % 11));
const options = { falseAlarmsPerDay: 1, smoothingSeconds: 0 };

test('the maps are in the order of time, however the runs end', async () => {
  const { engine, seen } = brightnessEngine();
  const { maps, rows, cols } = await errorMaps(engine, anyModel, setOf(rising));
  expect({ rows, cols }).toEqual({ rows: 2, cols: 3 });
  expect(maps.map((map) => Math.round((map[0] ?? 0) * 255))).toEqual(rising);
  expect(seen).toEqual({ runs: 50, mostAtOnce: 2, openSessions: 0 });
});

test('every normal frame stays below the threshold, an unusual one is above', async () => {
  const { engine } = brightnessEngine();
  const calibration = await calibrateModel(engine, anyModel, holdBack(setOf(wavering), 0.5), options);
  expect(calibration).toMatchObject({ rows: 2, cols: 3, frames: 32, framesPerSecond: 5, ...options });

  const scorer = createAnomalyScorer(calibration);
  const scoreOf = (brightness: number) => scorer.score(new Float32Array(6).fill(brightness / 255), 0).predScore;
  expect(Math.max(...wavering.map(scoreOf))).toBeLessThan(1);
  expect(scoreOf(200)).toBeGreaterThan(1);
});

test('what each cell is like is learned from all footage, not from the held-back part alone', async () => {
  const { engine } = brightnessEngine();
  const { training } = holdBack(setOf(wavering), 0.5);
  const brighter = setOf(wavering.map((brightness) => brightness + 90));
  const { cellMean } = await calibrateModel(engine, anyModel, { training: brighter, heldBack: training }, options);
  // 64 frames around 195 and 32 around 105: their mean is 165.
  expect(Math.abs((cellMean[0] ?? 0) * 255 - 165)).toBeLessThan(2);
});

test('tells its progress frame by frame, to the end', async () => {
  const fractions: number[] = [];
  const { engine } = brightnessEngine();
  await calibrateModel(engine, anyModel, holdBack(setOf(wavering), 0.5), {
    ...options,
    onProgress: (fraction) => fractions.push(fraction),
  });
  expect(fractions).toHaveLength(64);
  fractions.forEach((fraction, index) => expect(fraction).toBeCloseTo((index + 1) / 64, 12));
});

test('too few held-back frames are refused, with their number', async () => {
  const { engine } = brightnessEngine();
  await expect(
    calibrateModel(engine, anyModel, holdBack(setOf(rising.slice(0, 40)), 0.1), options),
  ).rejects.toMatchObject({
    name: 'DataError',
    code: 'too-few',
    message: expect.stringContaining('got 4'),
  });
});

test('a run that fails is not hidden, and the session is released', async () => {
  const { engine, seen } = brightnessEngine((brightness) => {
    if (brightness > 0.1) throw new EngineError('worker-died', 'gone');
  });
  await expect(errorMaps(engine, anyModel, setOf(rising))).rejects.toMatchObject({ code: 'worker-died' });
  expect(seen.openSessions).toBe(0);
  expect(seen.runs).toBeLessThan(rising.length);
});
