import { alertDurationText } from '../../src/dashboard/alerts-list.ts';
import { learningText } from '../../src/dashboard/camera-card.ts';
import { heatColor } from '../../src/dashboard/heatmap.ts';
import { summarize } from '../../src/dashboard/metrics-summary.ts';
import { parsePictureFrame } from '../../src/dashboard/picture-frame.ts';
import { axisTop } from '../../src/dashboard/score-curve.ts';
import { agoText, durationText } from '../../src/dashboard/time-text.ts';
import { PictureEncoder } from '../../src/server/pictures.ts';
import { prediction } from '../server/synthetic-feed.ts';

const now = new Date(2026, 4, 20, 18, 0, 0).getTime();
const minute = 60_000;

test.each([
  [0, 'just now'],
  [-3, 'just now'],
  [42, '42 seconds ago'],
  [90, '1 minute ago'],
  [59 * 60, '59 minutes ago'],
  [4 * 3600, 'today at 14:00'],
  [20 * 3600, 'May 19, 22:00'],
])('a time %d s ago reads "%s"', (seconds, text) => expect(agoText(now - seconds * 1000, now)).toBe(text));

test.each([
  [8_400, '8 s'],
  [200_000, '3 min 20 s'],
  [minute, '1 min'],
  [16.7 * minute, '16 min'],
  [125 * minute, '2 h 5 min'],
])('%d ms read "%s"', (ms, text) => expect(durationText(ms)).toBe(text));

test('an alert says how long it lasted, or that it goes on', () => {
  expect(alertDurationText({ startAt: now, endAt: null })).toBe('ongoing');
  expect(alertDurationText({ startAt: now, endAt: now + 9000 })).toBe('lasted 9 s');
});

test('learning without a known end says only how far it is', () => {
  expect(learningText({ stage: 'collecting', fraction: 0.1 })).toBe('Watching the scene: 10 %');
});

test('training says its loss, its speed and its end', () => {
  const progress = {
    stage: 'training',
    fraction: 0.42,
    loss: 0.0012,
    framesPerSecond: 310.4,
    secondsLeft: 200,
  } as const;
  expect(learningText(progress)).toBe(
    'Learning what is normal: 42 %, loss 0.00120, 310 frames/s, about 3 min 20 s left',
  );
});

test('a heat map cell is clear up to half the threshold and grows redder and denser above', () => {
  const [calm, threshold, double] = [heatColor(64), heatColor(128), heatColor(255)];
  expect(calm[3]).toBe(0);
  expect(threshold[3]).toBeGreaterThan(100);
  expect(double[3]).toBeGreaterThan(threshold[3]);
  expect(double[1]).toBeLessThan(threshold[1]);
});

test('the score axis always shows the threshold, and the highest score', () => {
  expect(axisTop([])).toBe(1.5);
  expect(axisTop([{ time: 0, score: 0.2 }])).toBe(1.5);
  expect(axisTop([{ time: 0, score: 40 }])).toBeGreaterThan(40);
});

test('the page reads binary messages as the server writes them, and passes over kinds it does not know', () => {
  const message = new PictureEncoder(80).encode('heatmap', 3, prediction('door', 70_000)) ?? Buffer.alloc(0);
  const bytes = Uint8Array.from(message);
  expect(parsePictureFrame(bytes.buffer)).toEqual({
    kind: 'heatmap',
    coding: 'whole',
    camera: 3,
    sequence: 70_000,
    capturedAt: 1_700_000_000_000.25,
    width: 3,
    height: 2,
    payload: Uint8Array.of(0, 64, 128, 192, 255, 0),
  });
  bytes[0] = 9;
  expect(parsePictureFrame(bytes.buffer)).toBeUndefined();
});

const metrics = (decoded: number, dropped: number, fast: number, slow: number): string => `# HELP x y
nightjar_frames_decoded_total{camera="a"} ${decoded}
nightjar_frames_decoded_total{camera="b"} ${decoded}
nightjar_frames_dropped_total{camera="a",reason="stale"} ${dropped}
nightjar_frames_dropped_total{camera="a",reason="slow-viewer"} ${decoded * 100}
nightjar_stage_seconds_bucket{le="0.1",stage="queue"} 1000
nightjar_stage_seconds_bucket{le="0.1",stage="end_to_end"} ${fast}
nightjar_stage_seconds_bucket{le="0.2",stage="end_to_end"} ${fast + slow}
nightjar_stage_seconds_bucket{le="+Inf",stage="end_to_end"} ${fast + slow}
nightjar_viewers 2
`;

test('sums rates over cameras, and takes the latency of only the frames in between', () => {
  const summary = summarize(metrics(100, 0, 0, 500), metrics(120, 4, 90, 510), 2);
  expect(summary).toEqual({ framesPerSecond: 20, droppedPerSecond: 2, latencyP95Ms: expect.closeTo(150), viewers: 2 });
});

test('knows no latency while nothing is predicted, and no negative rate after a restart', () => {
  const summary = summarize(metrics(100, 9, 5, 5), metrics(10, 0, 5, 5), 1);
  expect(summary).toEqual({ framesPerSecond: 0, droppedPerSecond: 0, viewers: 2 });
});
