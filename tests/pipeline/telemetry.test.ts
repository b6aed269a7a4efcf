import { messageOf } from '../../src/core/errors.ts';
import { Registry } from 'prom-client';

import { preciseNow } from '../../src/core/frame.ts';
import type { Log } from '../../src/pipeline/log.ts';
import {
  recordEvent,
  recordInference,
  recordPicture,
  recordPrediction,
  throttled,
} from '../../src/pipeline/telemetry.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { livePicture, prediction } from '../server/synthetic-feed.ts';

const analysed = { stream: 'analysis' } as const;

const setUp = () => {
  const metrics = createMetrics(new Registry());
  const lines: unknown[][] = [];
  const write = (level: string) => (fields: object, message: string) => void lines.push([level, fields, message]);
  const log = { info: write('info'), warn: write('warn') } as unknown as Log;
  const samples = async () => (await metrics.registry.metrics()).split('\n');
  return { metrics, log, lines, samples };
};

test('a camera counts as up from connected to failed, and each failure by its cause', async () => {
  const { metrics, log, lines, samples } = setUp();
  recordEvent(log, metrics, 'door', { type: 'connecting', attempt: 1 });
  expect(await samples()).toContain('nightjar_camera_up{camera="door"} 0');
  recordEvent(log, metrics, 'door', { type: 'connected', afterMs: 123.4 });
  expect(await samples()).toContain('nightjar_camera_up{camera="door"} 1');
  recordEvent(log, metrics, 'door', { type: 'failed', cause: 'stalled', message: 'No frames.', retryInMs: 500.2 });
  expect(await samples()).toEqual(
    expect.arrayContaining([
      'nightjar_camera_up{camera="door"} 0',
      'nightjar_camera_reconnects_total{camera="door",cause="stalled"} 1',
    ]),
  );
  expect(lines).toEqual([
    ['info', { camera: 'door', afterMs: 123 }, 'connected'],
    ['warn', { camera: 'door', cause: 'stalled', retryInMs: 500 }, 'No frames.'],
  ]);
});

test('a prediction is counted in seconds, stage by stage', async () => {
  const { metrics, samples } = setUp();
  const times = { queuedMs: 20, inferenceMs: 70 };
  const { frame, ...result } = prediction('door', 0, {}, { ...times, predScore: 1.25 });
  recordInference(metrics, { work: analysed, answers: [{ index: 0, outputs: {} }], ...times });
  recordPrediction(metrics, { ...result, frame: { ...frame, capturedAt: preciseNow() - 5100 } });
  const text = await samples();
  expect(text).toEqual(
    expect.arrayContaining([
      'nightjar_anomaly_score{camera="door"} 1.25',
      'nightjar_stage_seconds_sum{stage="queue"} 0.02',
      'nightjar_stage_seconds_sum{stage="inference"} 0.07',
      'nightjar_inference_seconds_sum 0.07',
      'nightjar_stage_seconds_bucket{le="5",stage="end_to_end"} 0',
      'nightjar_stage_seconds_count{stage="end_to_end"} 1',
    ]),
  );
});

test('frames that share a run count it once', async () => {
  const { metrics, samples } = setUp();
  for (const index of [0, 1, 2])
    recordInference(metrics, { work: analysed, answers: [{ index, outputs: {} }], queuedMs: 20, inferenceMs: 70 });
  expect(await samples()).toEqual(
    expect.arrayContaining([
      'nightjar_inference_seconds_count 1',
      'nightjar_stage_seconds_count{stage="inference"} 3',
      'nightjar_stage_seconds_count{stage="queue"} 3',
    ]),
  );
});

test('a run for a live picture is a run, but its stages are not those of analysed frames', async () => {
  const { metrics, samples } = setUp();
  const run = { answers: [{ index: 0, outputs: {} }], queuedMs: 20, inferenceMs: 70 };
  recordInference(metrics, { work: { stream: 'live' }, ...run });
  const text = await samples();
  expect(text).toContain('nightjar_inference_seconds_count 1');
  expect(text.filter((line) => line.startsWith('nightjar_stage_seconds'))).toEqual([]);
});

test('a live picture is counted by what came out, from its last byte', async () => {
  const { metrics, samples } = setUp();
  const { frame, denoised } = livePicture('door', 0);
  recordPicture(metrics, { frame: { ...frame, capturedAt: preciseNow() - 5100 }, denoised });
  recordPicture(metrics, { frame });
  expect(await samples()).toEqual(
    expect.arrayContaining([
      'nightjar_live_picture_seconds_bucket{le="5",picture="denoised"} 0',
      'nightjar_live_picture_seconds_count{picture="denoised"} 1',
      'nightjar_live_picture_seconds_count{picture="raw"} 1',
    ]),
  );
});

test('a raw picture was in no queue and in no run, and leaves the last score as it is', async () => {
  const { metrics, samples } = setUp();
  const { predScore: _predScore, ...raw } = prediction('door', 0);
  metrics.anomalyScore.set({ camera: 'door' }, 0.75);
  recordPrediction(metrics, raw);
  const text = await samples();
  expect(text).toContain('nightjar_anomaly_score{camera="door"} 0.75');
  expect(text).toContain('nightjar_inference_seconds_count 0');
  expect(text.filter((line) => /stage_seconds_count\{stage="(queue|inference)/.test(line))).toEqual([]);
});

test('of many calls in one interval only the first is passed on', () => {
  const passed: number[] = [];
  const [rare, every] = [
    throttled<[number]>(Infinity, (n) => passed.push(n)),
    throttled<[number]>(0, (n) => passed.push(n)),
  ];
  for (const n of [1, 2, 3]) rare(n);
  expect(passed).toEqual([1]);
  for (const n of [4, 5, 6]) every(n);
  expect(passed).toEqual([1, 4, 5, 6]);
});

test.each([
  [new RangeError('too long'), 'too long'],
  ['a plain text', 'a plain text'],
  [undefined, 'undefined'],
])('the message of %p is "%s"', (error, message) => {
  expect(messageOf(error)).toBe(message);
});
