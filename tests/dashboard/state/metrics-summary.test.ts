import { ratesByCamera, summarize } from '../../../src/dashboard/state/metrics-summary.ts';

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

test('knows the rates of each camera, without what slow viewers lost', () => {
  const rates = ratesByCamera(metrics(100, 0, 0, 0), metrics(120, 4, 0, 0), 2);
  expect(Object.fromEntries(rates)).toEqual({
    a: { framesPerSecond: 10, droppedPerSecond: 2 },
    b: { framesPerSecond: 10, droppedPerSecond: 0 },
  });
});
