import { isDeepStrictEqual } from 'node:util';

import { Subject } from 'rxjs';
import type { Observable } from 'rxjs';

import { redactorFor } from '../camera/redact.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import { messageOf } from '../core/errors.ts';
import type { CameraStatus } from '../core/status.ts';
import { bareStatus } from './camera-status.ts';
import type { Inferred } from './inference.ts';
import type { RunningCamera } from './running-camera.ts';

export interface CamerasDeps {
  readonly open: (camera: PipelineCamera) => Promise<RunningCamera>;
  readonly onStatus: (status: CameraStatus) => void;
  /** These go on undisturbed, and nothing else is open at this moment: what only others needed can go. */
  readonly onKept: (cameras: readonly PipelineCamera[]) => void;
  /** There is no such camera any more. */
  readonly onRemoved: (id: string) => void;
}

interface Entry {
  readonly camera: PipelineCamera;
  /** Undefined while it is paused, or could not be opened. */
  readonly running: RunningCamera | undefined;
  /** What counts while nothing is running. */
  readonly status: CameraStatus;
}

/** The cameras of a running pipeline: they come, go and change one by one, and the others do not notice. */
export class Cameras {
  readonly #deps: CamerasDeps;
  readonly #changes$ = new Subject<void>();
  #entries: ReadonlyMap<string, Entry> = new Map();
  #last: Promise<unknown> = Promise.resolve();
  #isStarted = false;
  #isClosed = false;

  constructor(deps: CamerasDeps) {
    this.#deps = deps;
  }

  /** Cameras came or went. */
  get changes$(): Observable<void> {
    return this.#changes$;
  }

  /** In the order of the pipeline file. */
  status(): CameraStatus[] {
    return [...this.#entries.values()].map(({ running, status }) => running?.status ?? status);
  }

  /** As the pipeline file has it; undefined when there is none. */
  settings(id: string): PipelineCamera | undefined {
    return this.#entries.get(id)?.camera;
  }

  /** Undefined when there is none, or it is paused. */
  running(id: string): RunningCamera | undefined {
    return this.#entries.get(id)?.running;
  }

  /** Hands the answers on to their camera; a frame of one that went meanwhile is released. */
  onInferred(result: Inferred): void {
    const { frame } = result.work;
    const entry = this.#entries.get(frame.camera);
    const shape = result.work.stream === 'live' ? entry?.camera.live : entry?.camera;
    if (entry?.running && shape?.width === frame.width && shape.height === frame.height)
      entry.running.onInferred(result);
    else frame.release();
  }

  /** Every camera takes the models that were learned elsewhere since. */
  takeModels(): void {
    for (const { running } of this.#entries.values()) void running?.takeModels();
  }

  /**
   * Makes these the cameras: closes those that are gone, opens the new ones, and closes and opens those that changed.
   * Calls run one after the other. Resolves with what could not be opened or closed; those are `failed` and the others
   * go on.
   */
  async set(cameras: readonly PipelineCamera[]): Promise<unknown[]> {
    const setting = this.#last.then(async () => (this.#isClosed ? [] : this.#set(cameras)));
    this.#last = setting.catch(() => undefined);
    return setting;
  }

  /** Starts those that there are; from now on those that come are started at once. */
  async start(): Promise<void> {
    const starting = this.#last.then(async () => {
      this.#isStarted = true;
      if (!this.#isClosed) await this.#start(this.#entries.values());
    });
    this.#last = starting.catch(() => undefined);
    return starting;
  }

  /** Closes all of them, for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    const entries = [...this.#entries.values()];
    const outcomes = await Promise.allSettled(entries.map(async ({ running }) => running?.close()));
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (failures.length > 0) throw new AggregateError(failures, 'Not every camera could be closed');
  }

  async #set(cameras: readonly PipelineCamera[]): Promise<unknown[]> {
    const problems: unknown[] = [];
    const attempt = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await run();
      } catch (error) {
        problems.push(error);
        return undefined;
      }
    };
    const before = this.#entries;
    const stays = new Map<string, Entry>();
    for (const camera of cameras) {
      const entry = before.get(camera.id);
      if (entry && isDeepStrictEqual(entry.camera, camera)) stays.set(camera.id, entry);
    }
    // Those that go are out of sight before their frames in flight come back.
    this.#entries = new Map([...before].map(([id, entry]) => [id, stays.get(id) ?? closing(entry)]));
    for (const [id, { running }] of before) {
      if (stays.has(id) || !running) continue;
      // What it learns would be of a camera that is not there any more, or has changed.
      const wasLearning = running.cancelLearning();
      await attempt(async () => running.close());
      if (wasLearning) await running.learningEnded();
    }

    this.#deps.onKept([...stays.values()].flatMap(({ camera, running }) => (running ? [camera] : [])));

    const entries = new Map<string, Entry>();
    for (const camera of cameras) entries.set(camera.id, stays.get(camera.id) ?? (await this.#open(camera, problems)));
    this.#entries = entries;
    for (const id of before.keys()) if (!entries.has(id)) this.#deps.onRemoved(id);
    const ids = (map: ReadonlyMap<string, unknown>): string => [...map.keys()].join();
    if (ids(before) !== ids(entries)) this.#changes$.next();
    if (this.#isStarted) await this.#start([...entries.values()].filter(({ camera }) => !stays.has(camera.id)));
    return problems;
  }

  async #open(camera: PipelineCamera, problems: unknown[]): Promise<Entry> {
    const status = bareStatus(camera, redactorFor(camera.url)(camera.url));
    if (camera.paused) return { camera, running: undefined, status: { ...status, state: 'paused' } };
    try {
      return { camera, running: await this.#deps.open(camera), status };
    } catch (error) {
      problems.push(error);
      return { camera, running: undefined, status: { ...status, state: 'failed', message: messageOf(error) } };
    }
  }

  async #start(entries: Iterable<Entry>): Promise<void> {
    for (const { running, status } of entries) {
      await running?.start();
      this.#deps.onStatus(running?.status ?? status);
    }
  }
}

/** A camera that is being closed: its last status counts until it is opened again. */
const closing = ({ camera, running, status }: Entry): Entry => ({
  camera,
  running: undefined,
  status: { ...(running?.status ?? status), state: 'connecting' },
});
