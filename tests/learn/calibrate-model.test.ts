import { EngineError } from '../../src/core/errors.ts';
import { errorMaps } from '../../src/learn/calibrate-model.ts';
import { DataSetCollector } from '../../src/learn/data-set.ts';
import { anyModel, brightnessEngine } from './brightness-engine.ts';

const setOf = (brightnesses: readonly number[], fps = 5) => {
  const collector = new DataSetCollector({ width: 2, height: 1, format: 'gray' }, fps);
  for (const brightness of brightnesses) collector.add({ data: Uint8Array.of(brightness, 0) });
  return collector.finish('brightness');
};
const rising = Array.from({ length: 50 }, (_, index) => index);

test('the maps are in the order of time, however the runs end', async () => {
  const { engine, seen } = brightnessEngine();
  const { maps, rows, cols } = await errorMaps(engine, anyModel, setOf(rising));
  expect({ rows, cols }).toEqual({ rows: 2, cols: 3 });
  expect(maps.map((map) => Math.round((map[0] ?? 0) * 255))).toEqual(rising);
  expect(seen).toEqual({ runs: 50, mostAtOnce: 2, openSessions: 0 });
});

test('a run that fails is not hidden, and the session is released', async () => {
  const { engine, seen } = brightnessEngine((brightness) => {
    if (brightness > 0.1) throw new EngineError('worker-died', 'gone');
  });
  await expect(errorMaps(engine, anyModel, setOf(rising))).rejects.toMatchObject({ code: 'worker-died' });
  expect(seen.openSessions).toBe(0);
  expect(seen.runs).toBeLessThan(rising.length);
});
