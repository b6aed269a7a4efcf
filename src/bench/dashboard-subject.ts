// The server under measurement, as a process of its own, so that its CPU time and memory are nobody else's. Started by
// fork with a folder for the alerts, and how many cameras and recorded alerts to have; tells its address, and on request
// its CPU time and memory.
import { Registry } from 'prom-client';
import { Subject } from 'rxjs';

import { openAlertStore } from '../alert/alert-store.ts';
import { watchAlerts } from '../alert/watch-alerts.ts';
import { Demand } from '../core/demand.ts';
import { type FrameShape, preciseNow } from '../core/frame.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import type { CameraStatus } from '../core/status.ts';
import { createMetrics } from '../server/metrics.ts';
import { createScene, defaultScene } from '../simulate/scene.ts';
import { startBenchServer } from './bench-server.ts';
import { recordAlerts } from './dashboard-alerts.ts';

export interface DashboardReport {
  readonly cpuSeconds: number;
  readonly rssMb: number;
}

/** What the page shows of a camera unless the pipeline file says otherwise. */
const live = { width: 640, height: 360, fps: 10 };
const analysed = { width: 256, height: 144, fps: 5 };
const map = { rows: 18, cols: 32 };
/** An alert opens so often, each time of the next camera. */
const alertEveryMs = 500;
const sceneSeconds = 2;

const [folder = '', cameraCount = '', recorded = ''] = process.argv.slice(2);
const cameras = Array.from({ length: Number(cameraCount) }, (_camera, index): CameraStatus => ({
  id: `camera-${index + 1}`,
  state: 'live',
  url: '',
  ...analysed,
  format: 'gray',
  live,
  tasks: ['anomaly', 'denoise'],
  hasModel: true,
  working: ['anomaly', 'denoise'],
}));

const render = (shape: Omit<FrameShape, 'format'>, fps: number): Uint8Array[] => {
  const scene = createScene({ ...defaultScene, ...shape, fps });
  const forwards = Array.from({ length: sceneSeconds * fps }, (_frame, index) => scene.render(index / fps).slice());
  return [...forwards, ...forwards.toReversed()];
};
const livePictures = render(live, live.fps);
const analysedPictures = render(analysed, analysed.fps);

const store = openAlertStore(folder);
recordAlerts(
  store,
  cameras.map(({ id }) => id),
  Number(recorded),
);
const metrics = createMetrics(new Registry());
const demand = new Demand();
const pictures$ = new Subject<LivePicture>();
const predictions$ = new Subject<Prediction>();
const alerts$ = watchAlerts(
  predictions$,
  store,
  { minSeconds: 0, clearBelow: 0.8, holdSeconds: 0.1, cooldownSeconds: 0, jpegQuality: 80 },
  { onError: (error) => console.error(error) },
);
const server = await startBenchServer(cameras, { pictures$, predictions$, demand, alerts$, alerts: store, metrics });

/** Calls at a steady pace, whatever a call takes. */
const every = (intervalMs: number, offsetMs: number, call: (count: number) => void): void => {
  const startedAt = performance.now() + offsetMs;
  let count = 0;
  const next = (): void => {
    call(count++);
    setTimeout(next, startedAt + count * intervalMs - performance.now());
  };
  setTimeout(next, offsetMs);
};

let lastAlertAt = 0;
for (const [index, { id }] of cameras.entries()) {
  const values = new Float32Array(map.rows * map.cols).fill(0.3);
  const frame = (shape: Omit<FrameShape, 'format'>, data: Uint8Array, sequence: number) => ({
    ...{ width: shape.width, height: shape.height, format: 'rgb24' as const },
    ...{ camera: id, sequence, capturedAt: preciseNow(), data, release: () => undefined },
  });
  // Cameras do not give their frames all at once.
  const offset = (share: number): number => (share * index) / cameras.length;
  every(1000 / analysed.fps, offset(1000 / analysed.fps), (count) => {
    const isAlert = performance.now() - lastAlertAt >= alertEveryMs;
    if (isAlert) lastAlertAt = performance.now();
    predictions$.next({
      frame: frame(analysed, analysedPictures[count % analysedPictures.length]!, count),
      predScore: isAlert ? 2 : 0.3,
      anomalyMap: { ...map, values },
      queuedMs: 1,
      inferenceMs: 10,
    });
  });
  every(1000 / live.fps, offset(1000 / live.fps), (count) => {
    if (!demand.wants(id, 'raw') && !demand.wants(id, 'denoised')) return;
    const data = livePictures[count % livePictures.length]!;
    pictures$.next({
      frame: frame(live, data, count),
      // A model run costs the same however many watch; what is measured here is what viewers cost.
      ...(demand.wants(id, 'denoised') && { denoised: data }),
    });
  });
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const report: DashboardReport = {
    cpuSeconds: (user + system) / 1e6,
    rssMb: process.memoryUsage().rss / 2 ** 20,
  };
  process.send?.(report);
});
process.on('disconnect', () => void server.close().then(() => process.exit()));
process.send?.({ url: server.url.replace('localhost', '127.0.0.1') });
