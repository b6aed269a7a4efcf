import { CurveRecorder } from '../../src/alert/curve-recorder.ts';
import type { AlertEvent, AlertKind } from '../../src/core/status.ts';
import { alertOf } from '../support/alert-of.ts';

/** A frame each second, with a map whose only cell is half the score. */
const recorder = () => {
  const curves = new CurveRecorder();
  let at = 0;
  const see = (...scores: number[]): void => {
    for (const predScore of scores) {
      const frame = {
        camera: 'yard',
        sequence: 0,
        capturedAt: (at += 1000),
        width: 1,
        height: 1,
        format: 'gray' as const,
      };
      curves.next({
        frame: { ...frame, data: new Uint8Array(1), release: () => undefined },
        predScore,
        anomalyMap: { rows: 1, cols: 2, values: Float32Array.of(predScore / 2, 9) },
        queuedMs: 0,
        inferenceMs: 0,
      });
    }
  };
  const tell = (
    event: AlertEvent['event'],
    peakAt: number,
    endAt: number | null = null,
    kind: AlertKind = 'anomaly',
  ) => {
    return curves.onAlert({ event, alert: alertOf(`a-${kind}`, { camera: 'yard', kind, startAt: 0, peakAt, endAt }) });
  };
  return { curves, see, tell };
};
const quiet = (count: number): number[] => Array.from({ length: count }, () => 0.5);

test('a curve reaches from 30 s before the alert to its end; it is given when the alert opens and when it closes', () => {
  const { see, tell } = recorder();
  see(...quiet(60), 1.5);
  const opened = tell('opened', 61_000)!;
  expect(opened.points[0]).toEqual([31_000, 0.5]);
  expect(opened.points.at(-1)).toEqual([61_000, 1.5]);
  see(2, 0.5);
  expect(tell('updated', 62_000)).toBeUndefined();
  const closed = tell('closed', 62_000, 62_000)!;
  expect(closed.points.slice(-3)).toEqual([
    [61_000, 1.5],
    [62_000, 2],
    [63_000, 0.5],
  ]);
  expect(closed.points).toHaveLength(33);
});

test('the heat map is that of the peak, in bytes of which 128 is the threshold', () => {
  const { see, tell } = recorder();
  see(0.5, 1.5, 2, 1.2);
  expect(tell('opened', 3000)?.heatmap).toEqual({ rows: 1, columns: 2, values: [128, 255] });
  see(1, 0.2);
  expect(tell('closed', 3000, 5000)?.heatmap?.values).toEqual([128, 255]);
});

test('an alert that goes on keeps its points, and the map of a higher peak takes the place of the first', () => {
  const { see, tell } = recorder();
  see(0.5, 2);
  tell('opened', 2000);
  see(0.5);
  tell('closed', 2000, 2000);
  see(0.5, 0.5, 3);
  tell('updated', 6000);
  see(0.1);
  const closed = tell('closed', 6000, 6000)!;
  expect(closed.points.map(([at]) => at)).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000]);
  expect(closed.heatmap?.values[0]).toBe(192);
});

test('an alert that goes on without a higher peak keeps its map', () => {
  const { see, tell } = recorder();
  see(2);
  tell('opened', 1000);
  see(0.5);
  tell('closed', 1000, 1000);
  see(0.5, 1.2);
  tell('updated', 1000);
  see(0.5);
  expect(tell('closed', 1000, 4000)?.heatmap?.values[0]).toBe(128);
});

test('a change of the scene has the scores before it and no heat map', () => {
  const { see, tell } = recorder();
  see(0.5, 1.5);
  expect(tell('opened', 2000, null, 'scene-change')).toEqual({
    points: [
      [1000, 0.5],
      [2000, 1.5],
    ],
  });
});

test('an alert that was opened elsewhere is none of it', () => {
  const { see, tell } = recorder();
  see(2);
  expect(tell('closed', 1000, 1000)).toBeUndefined();
});
