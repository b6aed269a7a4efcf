// The server under measurement, as a process of its own, so that its CPU time is nobody else's. Started by fork with
// width, height and fps; tells its address, and on request its CPU time (encoders included) and when it handed out each
// picture.
import { Registry } from 'prom-client';
import { Subject } from 'rxjs';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { bytesPerFrame, preciseNow } from '../core/frame.ts';
import type { LivePicture } from '../core/prediction.ts';
import type { CameraStatus } from '../core/status.ts';
import { createMetrics } from '../server/metrics.ts';
import { createScene, defaultScene } from '../simulate/scene.ts';
import { encoderSpawner } from '../video/encoder-process.ts';
import { startBenchServer } from './bench-server.ts';
import { counterBits, drawCounter } from './counter-picture.ts';

/** When the picture with each number was handed to the server: [number, milliseconds since the epoch]. */
export type Sends = [number: number, at: number][];

export interface LiveviewReport {
  readonly cpuSeconds: number;
  /** Since the report before. */
  readonly sends: Sends;
}

const sceneSeconds = 4;

const [width = 0, height = 0, fps = 0] = process.argv.slice(2).map(Number);
const shape = { width, height, format: 'rgb24' } as const;
const camera: CameraStatus = {
  id: 'bench',
  state: 'live',
  url: '',
  ...shape,
  fps,
  live: { width, height, fps },
  tasks: [],
  hasModel: true,
  working: [],
};

// Drawn before anything is measured, and shown forwards and backwards, so that there is no jump.
const scene = createScene({ ...defaultScene, width, height, fps });
const forwards = Array.from({ length: sceneSeconds * fps }, (_picture, index) => scene.render(index / fps).slice());
const pictures = [...forwards, ...forwards.toReversed()];

const metrics = createMetrics(new Registry());
const pictures$ = new Subject<LivePicture>();
const server = await startBenchServer(
  [camera],
  { pictures$, metrics },
  { metricsIntervalMs: 60_000, spawnEncoder: encoderSpawner(await findFfmpeg()) },
);

let sends: Sends = [];
let sequence = 0;
const startedAt = performance.now();
const data = new Uint8Array(bytesPerFrame(shape));
const send = (): void => {
  data.set(pictures[sequence % pictures.length] ?? data);
  const number = sequence % 2 ** counterBits;
  drawCounter({ ...shape, data }, number);
  const capturedAt = preciseNow();
  sends.push([number, capturedAt]);
  pictures$.next({ frame: { ...shape, camera: camera.id, sequence, capturedAt, data, release: () => undefined } });
  sequence += 1;
  setTimeout(send, startedAt + (sequence * 1000) / fps - performance.now());
};
send();

const report = async (): Promise<LiveviewReport> => {
  const { values } = await metrics.encoderCpuSeconds.get();
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6 + values.reduce((sum, { value }) => sum + value, 0);
  const answer = { cpuSeconds, sends };
  sends = [];
  return answer;
};
process.on('message', () => void report().then((answer) => process.send?.(answer)));
process.on('disconnect', () => void server.close().then(() => process.exit()));
process.send?.({ url: server.url.replace('localhost', '127.0.0.1') });
