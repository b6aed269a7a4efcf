import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

import { CameraError } from '../core/errors.ts';
import { preciseNow } from '../core/frame.ts';
import { episodesBetween, type Episode } from './schedule.ts';
import type { SimulatorReply, SimulatorTask } from './simulator-protocol.ts';
import type { SimulatedCamera } from './simulator-url.ts';

export { parseSimulatorUrl } from './simulator-url.ts';

export interface SimulatorOptions extends SimulatedCamera {
  /** Path of the ffmpeg program; it must have libx264. */
  readonly ffmpeg: string;
  /** Each anomaly is appended here when it begins, as a line of JSON. */
  readonly truthFile?: string;
  readonly onAnomaly?: (truth: Truth) => void;
}

/** An anomaly as it happens live; times in milliseconds since the epoch. */
export interface Truth extends Episode {
  readonly startAt: number;
  readonly endAt: number;
}

export interface Simulator {
  /** rtsp://127.0.0.1:port/walkway */
  readonly url: string;
  /** Epoch ms at which the scene's time is 0. */
  readonly startAt: number;
  /** The anomalies that began before an epoch time in ms. */
  truthUntil(timeMs: number): readonly Truth[];
  /** Resolves when the worker and its encoder are gone. */
  close(): Promise<void>;
}

/**
 * Starts a synthetic camera behind a real RTSP server, in a worker thread. Rejects with CameraError: 'codec' when
 * ffmpeg lacks libx264, 'no-ffmpeg' when it does not run, 'crashed' for anything else, such as a port that is taken.
 */
export const startSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const { ffmpeg, truthFile, onAnomaly = () => undefined, ...camera } = options;
  const startAt = preciseNow();
  const task: SimulatorTask = { camera, ffmpeg, startAt };
  const worker = new Worker(new URL('../../dist/simulate/simulator-worker.js', import.meta.url), { workerData: task });
  // Unlike events.once it does not reject when the worker crashes.
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const live = (episode: Episode): Truth => ({
    ...episode,
    startAt: startAt + episode.startSeconds * 1000,
    endAt: startAt + episode.endSeconds * 1000,
  });
  /** Lines are written one after the other; a file that cannot be written fails `close`. */
  let written = Promise.resolve();
  const announce = (truth: Truth): void => {
    if (truthFile !== undefined) {
      written = written.then(async () => appendFile(truthFile, `${JSON.stringify(truth)}\n`));
      written.catch(() => undefined);
    }
    onAnomaly(truth);
  };
  const url = await new Promise<string>((resolve, reject) => {
    worker.on('message', (reply: SimulatorReply) => {
      if (reply.type === 'ready') resolve(reply.url);
      if (reply.type === 'failed') reject(new CameraError(reply.code, reply.message));
      if (reply.type === 'episode') announce(live(reply.episode));
    });
    worker.once('error', (error) =>
      reject(new CameraError('crashed', `The simulator crashed: ${error.message}`, { cause: error })),
    );
    worker.once('exit', () => reject(new CameraError('crashed', 'The simulator ended before it was ready')));
  });
  return {
    url,
    startAt,
    truthUntil: (timeMs) => episodesBetween(camera.schedule, 0, (timeMs - startAt) / 1000).map(live),
    close: async () => {
      worker.postMessage('close');
      await exited;
      await written;
    },
  };
};

/** `nightjar simulate`: says where the camera is and what happens in front of it, until `signal` aborts. */
export const simulate = async (
  { signal, ...options }: SimulatorOptions & { readonly signal: AbortSignal },
  log: (line: string) => void,
): Promise<void> => {
  const simulator = await startSimulator({
    ...options,
    onAnomaly: (truth) => {
      log(`${truth.kind} from ${new Date(truth.startAt).toISOString()} to ${new Date(truth.endAt).toISOString()}`);
      options.onAnomaly?.(truth);
    },
  });
  log(`A simulated camera is at ${simulator.url}`);
  if (!signal.aborted) await once(signal, 'abort');
  await simulator.close();
};
