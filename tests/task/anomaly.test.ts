import { createAnomalyScorer } from '../../src/task/anomaly.ts';
import type { Calibration } from '../../src/task/calibration.ts';

const calibration: Calibration = {
  rows: 3,
  cols: 3,
  falseAlarmsPerDay: 1,
  framesPerSecond: 10,
  smoothingSeconds: 1,
  threshold: 2,
  frames: 100,
  errorQuantiles: { p50: 0, p90: 1, p99: 1, max: 1 },
  cellMean: Array.from({ length: 9 }, () => 1),
  cellStd: Array.from({ length: 9 }, () => 0.5),
};
const map = (error: number): Float32Array => new Float32Array(9).fill(error);

test('an error of mean + threshold * deviation is a score of 1, and 1 in every cell of the map', () => {
  const { predScore, anomalyMap } = createAnomalyScorer(calibration).score(map(2), 0);
  expect(predScore).toBe(1);
  expect(anomalyMap).toEqual({ rows: 3, cols: 3, values: map(1) });
});

test('the map of a frame is not changed by the next', () => {
  const scorer = createAnomalyScorer(calibration);
  const { anomalyMap } = scorer.score(map(2), 0);
  scorer.score(map(9), 100);
  expect(anomalyMap.values).toEqual(map(1));
});

test('the score follows a step with the time constant, whatever the frame rate', () => {
  for (const framesPerSecond of [2, 10, 25]) {
    const scorer = createAnomalyScorer(calibration);
    scorer.score(map(1), 0);
    let predScore = 0;
    for (let frame = 1; frame <= framesPerSecond; frame++) {
      ({ predScore } = scorer.score(map(2), (frame * 1000) / framesPerSecond));
    }
    expect(predScore).toBeCloseTo(1 - Math.exp(-1), 6);
  }
});

test('the first frame after a long gap does not decide alone', () => {
  const scorer = createAnomalyScorer(calibration);
  scorer.score(map(1), 0);
  expect(scorer.score(map(2), 3_600_000).predScore).toBeCloseTo(1 - Math.exp(-1), 6);
});

test('without smoothing each frame stands for itself', () => {
  const scorer = createAnomalyScorer({ ...calibration, smoothingSeconds: 0 });
  scorer.score(map(1), 0);
  expect(scorer.score(map(2), 100).predScore).toBe(1);
});

test('one noisy cell counts a ninth of an even rise of its neighbourhood', () => {
  const noisy = map(1);
  noisy[4] = 10;
  expect(createAnomalyScorer(calibration).score(noisy, 0).anomalyMap.values[4]).toBeCloseTo(1, 6);
});

test('two cameras do not share their smoothing', () => {
  const [one, other] = [createAnomalyScorer(calibration), createAnomalyScorer(calibration)];
  one.score(map(9), 0);
  expect(other.score(map(2), 100).predScore).toBe(1);
});

test('a map of another size is refused', () => {
  expect(() => createAnomalyScorer(calibration).score(new Float32Array(8), 0)).toThrow('3 x 3 cells, got 8 values');
});
