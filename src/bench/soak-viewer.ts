import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { interval, map } from 'rxjs';
import { WebSocket } from 'ws';

import { preciseNow } from '../core/frame.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import type { CameraStatus } from '../core/status.ts';
import { topics } from '../server/protocol.ts';
import type { Server } from '../server/server.ts';
import { startBenchServer } from './bench-server.ts';

const camera: CameraStatus = {
  id: 'soak',
  state: 'live',
  url: '',
  fps: 50,
  tasks: ['anomaly', 'denoise'],
  hasModel: true,
  working: ['anomaly', 'denoise'],
  width: 128,
  height: 128,
  format: 'gray',
  live: { width: 128, height: 128, fps: 50 },
};

const pixels = new Uint8Array(128 * 128).fill(128);
const predictionOf = (sequence: number): Prediction => ({
  frame: { ...camera, camera: camera.id, sequence, capturedAt: preciseNow(), data: pixels, release: () => {} },
  predScore: 0.5,
  anomalyMap: { rows: 16, cols: 16, values: new Float32Array(256) },
  queuedMs: 0,
  inferenceMs: 0,
});

const pictureOf = (sequence: number): LivePicture => ({ frame: predictionOf(sequence).frame, denoised: pixels });

/** A server of one still camera with many frames a second. */
const startOwnServer = async (): Promise<Server> =>
  startBenchServer(
    [camera],
    {
      predictions$: interval(1000 / camera.fps).pipe(map(predictionOf)),
      pictures$: interval(1000 / camera.live.fps).pipe(map(pictureOf)),
    },
    { metricsIntervalMs: 1000 },
  );

/** Garbage that was not worth collecting yet would look like a leak. Reaches only a server in this process. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
};

/** What the server's process uses, by its own account at /metrics (Linux). */
const usage = async (url: string): Promise<{ rssMb: number; fds: number; viewers: number }> => {
  collectGarbage();
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    rssMb: Math.round(value('process_resident_memory_bytes') / 2 ** 20),
    fds: value('process_open_fds'),
    viewers: value('nightjar_viewers'),
  };
};

/** Connects, subscribes to everything, waits for a picture, and leaves: politely, or (every second time) by cutting the line. */
const visit = async (url: string, isPolite: boolean): Promise<void> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
  await once(socket, 'open');
  for (const topic of topics) socket.send(JSON.stringify({ type: 'subscribe', topic }));
  await new Promise<void>((resolve) => {
    socket.on('message', (_data, isBinary) => isBinary && resolve());
  });
  const closed = once(socket, 'close');
  if (isPolite) socket.close();
  else socket.terminate();
  await closed;
};

/**
 * Viewers come and go, to show that the server's memory, file descriptors and viewers stay flat. Start figures are taken
 * after a tenth of the cycles. `--cycles N` (1000), `--url URL` (a running Nightjar with a live camera; else a server of
 * its own). Prints {cycles, rssStartMb, rssEndMb, fdsStart, fdsEnd, viewersEnd, seconds} as its last line.
 */
export const soakViewer = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: { cycles: { type: 'string', default: '1000' }, url: { type: 'string' } },
  });
  const cycles = Number(values.cycles);
  const own = values.url === undefined ? await startOwnServer() : undefined;
  const url = new URL(values.url ?? own?.url ?? '').origin;

  const startedAt = performance.now();
  let start = await usage(url);
  for (let cycle = 1; cycle <= cycles; cycle++) {
    await visit(url, cycle % 2 === 0);
    if (cycle === Math.ceil(cycles / 10)) start = await usage(url);
    if (cycle % 100 === 0) console.error(`${cycle} of ${cycles} cycles: ${JSON.stringify(await usage(url))}`);
  }
  const end = await usage(url);
  await own?.close();
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    JSON.stringify({
      cycles,
      rssStartMb: start.rssMb,
      rssEndMb: end.rssMb,
      fdsStart: start.fds,
      fdsEnd: end.fds,
      viewersEnd: end.viewers,
      seconds,
    }),
  );
};
