import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { CameraError } from '../core/errors.ts';
import { preciseNow } from '../core/frame.ts';
import { episodesBetween, followSchedule, type AnomalyKind, type ConditionKind, type Episode } from './schedule.ts';
import type { SimulatorReply, SimulatorTask } from './simulator-protocol.ts';
import type { SimulatedCamera } from './simulator-url.ts';

export { parseSimulatorUrl } from './simulator-url.ts';

export interface SimulatorOptions extends SimulatedCamera {
  /** Path of the ffmpeg program; it must have libx264. */
  readonly ffmpeg: string;
  /** Each anomaly and condition is appended here when it begins, as a line of JSON. */
  readonly truthFile?: string;
  readonly onAnomaly?: (truth: Truth) => void;
}

interface Lived<Kind extends string> extends Episode<Kind> {
  readonly startAt: number;
  readonly endAt: number;
}

/** An anomaly or a condition as it happens live; times in milliseconds since the epoch. */
export type Truth = Lived<AnomalyKind | ConditionKind>;

export interface Simulator {
  /** rtsp://127.0.0.1:port/walkway */
  readonly url: string;
  /** Epoch ms at which the scene's time is 0. */
  readonly startAt: number;
  /** The anomalies that began before an epoch time in ms. */
  truthUntil(timeMs: number): readonly Lived<AnomalyKind>[];
  /** Resolves when the worker and its encoder are gone. */
  close(): Promise<void>;
}

/** How a worker is made and how long the first wait is before one that died is replaced; each further wait is twice as long. */
export interface SimulatorDeps {
  readonly open?: (task: SimulatorTask) => Worker;
  readonly restartDelayMs?: number;
}

const openWorker = (workerData: SimulatorTask): Worker =>
  new Worker(new URL('../../dist/simulate/simulator-worker.js', import.meta.url), { workerData });
const longestDelayMs = 30_000;

/**
 * Starts a synthetic camera behind a real RTSP server, in a worker thread; one that dies later is started again on the
 * same port. Rejects with CameraError: 'codec' when ffmpeg lacks libx264, 'no-ffmpeg' when it does not run, 'crashed' for
 * anything else, such as a port that is taken.
 */
export const startSimulator = async (
  options: SimulatorOptions,
  { open = openWorker, restartDelayMs = 1000 }: SimulatorDeps = {},
): Promise<Simulator> => {
  const { ffmpeg, truthFile, onAnomaly = () => undefined, ...camera } = options;
  const startAt = preciseNow();
  const live = <Kind extends string>(episode: Episode<Kind>): Lived<Kind> => ({
    ...episode,
    startAt: startAt + episode.startSeconds * 1000,
    endAt: startAt + episode.endSeconds * 1000,
  });
  /** Lines are written one after the other; a file that cannot be written fails `close`. */
  let written = Promise.resolve();
  const announce = (episode: Episode<AnomalyKind | ConditionKind>): void => {
    const truth = live(episode);
    if (truthFile !== undefined) {
      written = written.then(async () => appendFile(truthFile, `${JSON.stringify(truth)}\n`));
      written.catch(() => undefined);
    }
    onAnomaly(truth);
  };
  let serving = await serve(open({ camera, ffmpeg, startAt }));
  const { url } = serving;
  const again = { camera: { ...camera, port: Number(new URL(url).port) }, ffmpeg, startAt };
  const closed = new AbortController();
  const keepServing = async (): Promise<void> => {
    let delayMs = restartDelayMs;
    for (;;) {
      await serving.exited;
      await delay(delayMs, undefined, { signal: closed.signal }).catch(() => undefined);
      if (closed.signal.aborted) return;
      try {
        serving = await serve(open(again));
        delayMs = restartDelayMs;
        if (closed.signal.aborted) serving.worker.postMessage('close');
      } catch {
        // Its port may not be free yet.
        delayMs = Math.min(2 * delayMs, longestDelayMs);
      }
    }
  };
  const kept = keepServing();
  const stops = [
    followSchedule(camera.schedule, startAt, announce),
    followSchedule(camera.conditions, startAt, announce),
  ];
  return {
    url,
    startAt,
    truthUntil: (timeMs) => episodesBetween(camera.schedule, 0, (timeMs - startAt) / 1000).map(live),
    close: async () => {
      for (const stop of stops) stop();
      closed.abort();
      serving.worker.postMessage('close');
      await kept;
      await written;
    },
  };
};

interface Serving {
  readonly worker: Worker;
  readonly url: string;
  readonly exited: Promise<unknown>;
}

/** Resolves when the worker serves its scene; rejects with CameraError when it cannot. */
const serve = async (worker: Worker): Promise<Serving> => {
  // Unlike events.once it does not reject when the worker crashes.
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    worker.on('message', (reply: SimulatorReply) => {
      if (reply.type === 'ready') resolve(reply.url);
      else reject(new CameraError(reply.code, reply.message));
    });
    worker.on('error', (error) =>
      reject(new CameraError('crashed', `The simulator crashed: ${error.message}`, { cause: error })),
    );
    worker.once('exit', () => reject(new CameraError('crashed', 'The simulator ended before it was ready')));
  });
  return { worker, url, exited };
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
