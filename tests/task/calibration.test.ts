import { createAnomalyScorer } from '../../src/task/anomaly.ts';
import { calibrate } from '../../src/task/calibration.ts';

const rows = 6;
const cols = 8;
const options = { rows, cols, falseAlarmsPerDay: 1, framesPerSecond: 5, smoothingSeconds: 1 };

/** Standard uniform numbers, the same each run (Park & Miller 1988). */
const random = (seed: number) => () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;

/** Error maps whose cells are exponential, with means that grow over the picture: texture is harder to reconstruct. */
const normalFootage = (count: number, seed = 1): Float32Array[] => {
  const next = random(seed);
  return Array.from({ length: count }, () =>
    Float32Array.from({ length: rows * cols }, (_, cell) => -0.001 * (1 + cell / 8) * Math.log(1 - next())),
  );
};

const scoresOf = (calibration: ReturnType<typeof calibrate>, maps: readonly Float32Array[]): number[] => {
  const scorer = createAnomalyScorer(calibration);
  return maps.map((map, index) => scorer.score(map, index * 200).predScore);
};

const withAnomaly = (map: Float32Array): Float32Array =>
  map.map((error, cell) => ([18, 19, 26, 27].includes(cell) ? error + 0.1 : error));

test.each([100, 1000])('%i frames of normal footage give a threshold that new normal footage stays below', (count) => {
  const calibration = calibrate(normalFootage(count), options);
  expect(Math.max(...scoresOf(calibration, normalFootage(1000, 7)))).toBeLessThan(1);
});

test('an anomaly goes over the threshold, and its cells are the highest of the map', () => {
  const calibration = calibrate(normalFootage(200), options);
  const maps = normalFootage(30, 7).map((map, index) => (index < 10 ? map : withAnomaly(map)));
  const scores = scoresOf(calibration, maps);
  expect(Math.max(...scores.slice(0, 10))).toBeLessThan(1);
  expect(Math.min(...scores.slice(15))).toBeGreaterThan(1);

  const { anomalyMap } = createAnomalyScorer(calibration).score(withAnomaly(maps[0]!), 0);
  const hottest = anomalyMap.values.indexOf(Math.max(...anomalyMap.values));
  expect([18, 19, 26, 27]).toContain(hottest);
  expect(anomalyMap.values[hottest]).toBeGreaterThan(1);
});

test('fewer false alarms a day mean a higher threshold, never one below what was seen', () => {
  const footage = normalFootage(400);
  const [strict, usual, loose] = [0.1, 10, 1e6].map((falseAlarmsPerDay) =>
    calibrate(footage, { ...options, smoothingSeconds: 0, falseAlarmsPerDay }),
  );
  expect(strict!.threshold).toBeGreaterThan(usual!.threshold);
  expect(loose!.threshold).toBeGreaterThanOrEqual(loose!.errorQuantiles.max);
});

test('the scores the threshold is made from come from statistics that did not see them', () => {
  // One stretch is brighter than all others: with its own statistics it would look normal.
  const footage = normalFootage(200).map((map, index) => (index < 50 ? map.map((error) => error + 0.02) : map));
  const calibration = calibrate(footage, options);
  expect(calibration.errorQuantiles.max).toBeGreaterThan(3 * Math.max(...scoresOf(calibration, footage)));
});

test('a few bursts are weaker evidence than as many frames spread out: the threshold is more careful', () => {
  // The same number of high frames, all in one burst a stretch or spread out.
  const footage = (isHigh: (index: number) => boolean) =>
    normalFootage(2000).map((map, index) => (isHigh(index) ? map.map((error) => error * 3) : map));
  const burst = calibrate(
    footage((index) => index % 500 < 60),
    { ...options, smoothingSeconds: 0 },
  );
  const spread = calibrate(
    footage((index) => index % 50 < 6),
    { ...options, smoothingSeconds: 0 },
  );
  expect(burst.threshold).toBeGreaterThan(spread.threshold);
});

test.each([
  ['constant maps', () => Array.from({ length: 100 }, () => new Float32Array(rows * cols).fill(0.002))],
  ['maps of zeros', () => Array.from({ length: 100 }, () => new Float32Array(rows * cols))],
  ['eight maps', () => normalFootage(8)],
])('%s still give a usable threshold', (_name, footage) => {
  const calibration = calibrate(footage(), options);
  expect(calibration.threshold).toBeGreaterThanOrEqual(0.5);
  expect(Number.isFinite(calibration.threshold)).toBe(true);
  expect(Math.min(...calibration.cellStd)).toBeGreaterThan(0);
  expect(scoresOf(calibration, footage()).every((score) => score < 1)).toBe(true);
});

test('a calibration survives card.json unchanged', () => {
  const calibration = calibrate(normalFootage(50), options);
  expect(JSON.parse(JSON.stringify(calibration))).toEqual(calibration);
});

test('fewer than eight maps are refused', () => {
  expect(() => calibrate(normalFootage(7), options)).toThrow(expect.objectContaining({ code: 'too-few' }));
});
