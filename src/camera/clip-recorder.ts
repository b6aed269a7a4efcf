import { rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';

import { preciseNow } from '../core/frame.ts';
import type { AlertEvent } from '../core/status.ts';
import { ClipRecording } from './clip-recording.ts';
import type { ClipRing } from './clip-ring.ts';
import { remuxArgs } from './remux-clip.ts';

export interface ClipOptions {
  readonly preRollSeconds: number;
  readonly postRollSeconds: number;
  /** Counted from the beginning of the pre-roll. */
  readonly maxSeconds: number;
}

export interface ClipRecorderDeps {
  readonly ring: ClipRing;
  /** An existing folder: clips are ID.mp4 in it, names that begin with a dot are of unfinished ones. */
  readonly folder: string;
  /** Runs ffmpeg with these arguments. */
  readonly remux: (args: readonly string[]) => Promise<void>;
  /** A clip is in place. */
  readonly onClip: (id: string) => void;
  /** A clip cannot be cut. */
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
}

/** Clips of one camera that may be recorded or waiting to be made an MP4; more alerts at a time get none. */
const maxClips = 8;

/** The clips of one camera's alerts: each from its pre-roll to its post-roll, from the one ring. */
export class ClipRecorder {
  readonly #options: ClipOptions;
  readonly #deps: Required<ClipRecorderDeps>;
  readonly #recordings = new Map<string, { readonly recording: ClipRecording; readonly latest: number }>();
  readonly #unfinished = new Set<Promise<void>>();

  constructor(options: ClipOptions, { now = preciseNow, ...deps }: ClipRecorderDeps) {
    this.#options = options;
    this.#deps = { ...deps, now };
  }

  /** Takes what happens to the camera's alerts: begins with their opening, ends after their end. */
  onAlert({ event, alert: { id, startAt, endAt } }: AlertEvent): void {
    if (event === 'opened') this.#start(id, startAt);
    const found = this.#recordings.get(id);
    if (!found) return;
    const { recording, latest } = found;
    if (event === 'deleted') return recording.end();
    // One that goes on after its end is recorded on, if its post-roll was not over.
    recording.until = endAt === null ? latest : Math.min(latest, endAt + this.#options.postRollSeconds * 1000);
    recording.tick(this.#deps.now());
  }

  /** To be called now and then: it ends what no picture ends. */
  tick(): void {
    for (const { recording } of this.#recordings.values()) recording.tick(this.#deps.now());
  }

  /** Ends what is being recorded; resolves when its clips are made, or could not be. */
  async close(): Promise<void> {
    for (const { recording } of this.#recordings.values()) recording.end();
    await Promise.all(this.#unfinished);
  }

  #start(id: string, startAt: number): void {
    const { ring, folder, onError } = this.#deps;
    const { preRollSeconds, maxSeconds } = this.#options;
    if (this.#recordings.has(id)) return;
    if (this.#unfinished.size >= maxClips) return onError(new Error(`more than ${maxClips} alerts at a time`));
    // A camera that went away has nothing younger than its last picture.
    const from = Math.min(startAt, ring.lastAt) - preRollSeconds * 1000;
    const latest = from + maxSeconds * 1000;
    const file = path.join(folder, `.${id}.ts`);
    const recording = ClipRecording.start(ring, file, { from, until: latest });
    if (!recording) return;
    this.#recordings.set(id, { recording, latest });
    const finished = this.#finish(id, recording, file);
    this.#unfinished.add(finished);
    void finished.finally(() => this.#unfinished.delete(finished));
  }

  /** Never rejects. */
  async #finish(id: string, recording: ClipRecording, file: string): Promise<void> {
    const { ring, folder, remux, onClip, onError } = this.#deps;
    const unfinished = path.join(folder, `.${id}.mp4`);
    try {
      const { codec } = ring;
      await recording.done.finally(() => this.#recordings.delete(id));
      if (codec === undefined || codec === 'other') return;
      await remux(remuxArgs(file, unfinished, codec));
      await rename(unfinished, path.join(folder, `${id}.mp4`));
      onClip(id);
    } catch (error) {
      onError(error);
    } finally {
      for (const left of [file, unfinished]) {
        try {
          rmSync(left, { force: true });
        } catch (error) {
          onError(error);
        }
      }
    }
  }
}
