import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { BehaviorSubject, exhaustMap } from 'rxjs';
import type { Observable } from 'rxjs';

import { redactorFor } from '../camera/redact.ts';
import { denoiserNames, isDenoiserName } from '../config/camera-schema.ts';
import type { Environment } from '../config/environment.ts';
import { addCamera, cameraKeys, changeCamera, removeCamera } from '../config/edit.ts';
import type { CameraKeys } from '../config/edit.ts';
import { parsePipeline, readText } from '../config/load.ts';
import type { Pipeline } from '../config/pipeline.ts';
import { ConfigError, messageOf } from '../core/errors.ts';
import type { Cameras } from './cameras.ts';
import type { Log } from './log.ts';
import { canWrite, fileChanges, replaceText } from './pipeline-file.ts';

interface ControlDeps {
  readonly cameras: Pick<Cameras, 'set'>;
  readonly log: Log;
  readonly env?: Environment;
  /** When to look at the file again. */
  readonly changes$?: Observable<unknown>;
}

/** Sections that are read at the start only. */
const fixed = ['learning', 'alerts', 'notify', 'engine', 'server', 'storage'] as const;

/** `file:line:column ` at the beginning of a line of a ConfigError: nobody at the page knows the file. */
const place = /^.*?:\d+:\d+ /;

/**
 * The pipeline file of a running pipeline: what is changed here is written into it, what is changed in it by hand is
 * applied, camera by camera. A file that is not right is refused, and what ran before goes on.
 */
export class PipelineControl {
  readonly #file: string;
  /** What the file said when it was read first. */
  #started: Pipeline | undefined;
  readonly #deps: ControlDeps;
  readonly #problems$ = new BehaviorSubject<readonly string[]>([]);
  /** What was looked at last, right or not. */
  #text: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string, deps: ControlDeps) {
    this.#file = file;
    this.#deps = deps;
  }

  /** Why the file as it stands is not what runs; empty when it is. A line for each problem. */
  get problems$(): BehaviorSubject<readonly string[]> {
    return this.#problems$;
  }

  /** Applies what changes in the file until the function returned is called. */
  watch(): () => void {
    const { changes$ = fileChanges(this.#file) } = this.#deps;
    void this.reload();
    const subscription = changes$.pipe(exhaustMap(async () => this.reload())).subscribe();
    return () => subscription.unsubscribe();
  }

  /** Looks at the file, and applies it when it changed. Never rejects. */
  async reload(): Promise<void> {
    return this.#exclusively(async () => {
      try {
        const text = await readText(this.#file);
        if (text === this.#text) return;
        this.#text = text;
        await this.#apply(parsePipeline(this.#file, text, this.#deps.env));
      } catch (error) {
        // By its name: where it lies is nobody's business who looks at the page.
        this.#tell(messageOf(error).replaceAll(this.#file, path.basename(this.#file)).split('\n'));
      }
    });
  }

  async about(): Promise<{ file: string; canWrite: boolean; problems: readonly string[] }> {
    return {
      file: path.basename(this.#file),
      canWrite: await canWrite(this.#file),
      problems: this.#problems$.value,
    };
  }

  /** A camera's keys as the file has them, without passwords; undefined when the file does not know it. */
  async settings(id: string): Promise<CameraKeys | undefined> {
    const keys = cameraKeys(await readText(this.#file), id);
    return keys && (redacted(keys) as CameraKeys);
  }

  /** Writes one more camera into the file and opens it. Throws ConfigError, StoreError('write-failed'). */
  async add(keys: CameraKeys): Promise<void> {
    return this.#edit((text) => {
      expectUsable(keys);
      return addCamera(text, keys);
    });
  }

  /**
   * Changes keys of a camera in the file, null for out, and opens it anew. What is given as it is or was shown, a hidden
   * password and all, stays as it is. Throws as `add`.
   */
  async change(id: string, changes: CameraKeys): Promise<void> {
    return this.#edit((text) => {
      const before = cameraKeys(text, id) ?? {};
      const wanted = otherThan(before, changes);
      expectUsable(wanted, before);
      return changeCamera(text, id, wanted);
    });
  }

  /** Takes a camera out of the file and closes it; its models and alerts stay. Throws as `add`. */
  async remove(id: string): Promise<void> {
    return this.#edit((text) => removeCamera(text, id));
  }

  async #edit(edit: (text: string) => string): Promise<void> {
    return this.#exclusively(async () => {
      const before = await readText(this.#file);
      // What somebody writes by hand at this moment is not to be lost, nor mended by accident.
      this.#parse(before, `${path.basename(this.#file)} is not right: correct it first. `);
      const text = edit(before);
      const pipeline = this.#parse(text);
      await replaceText(this.#file, text);
      this.#text = text;
      await this.#apply(pipeline);
    });
  }

  #parse(text: string, prefix = ''): Pipeline {
    try {
      return parsePipeline(this.#file, text, this.#deps.env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const lines = error.message.split('\n').map((line) => line.replace(place, ''));
      throw new ConfigError(error.code, prefix + lines.join('; '), { cause: error });
    }
  }

  async #apply(pipeline: Pipeline): Promise<void> {
    const started = (this.#started ??= pipeline);
    const cameras = withModelsIn(started.storage.path, pipeline);
    const problems = (await this.#deps.cameras.set(cameras)).map(messageOf);
    const changed = fixed.filter((name) => !isDeepStrictEqual(pipeline[name], started[name]));
    this.#tell([...problems, ...changed.map((name) => `${name}: changed, which needs a restart of Nightjar`)]);
  }

  #tell(problems: readonly string[]): void {
    if (isDeepStrictEqual(problems, this.#problems$.value)) return;
    for (const problem of problems) this.#deps.log.warn(`the pipeline file: ${problem}`);
    if (problems.length === 0) this.#deps.log.info('the pipeline file is what runs');
    this.#problems$.next(problems);
  }

  async #exclusively<T>(run: () => Promise<T>): Promise<T> {
    const running = this.#last.then(run, run);
    this.#last = running.catch(() => undefined);
    return running;
  }
}

/** Models stay where they are until a restart applies another `storage.path`. */
const withModelsIn = (storage: string, { storage: wanted, cameras }: Pipeline): Pipeline['cameras'] =>
  cameras.map((camera) => {
    const isDefault = camera.model === path.join(wanted.path, 'models', camera.id);
    return isDefault ? { ...camera, model: path.join(storage, 'models', camera.id) } : camera;
  });

/** Without the keys whose value is that in the file, or as it was shown. */
const otherThan = (before: CameraKeys, changes: CameraKeys): CameraKeys =>
  Object.fromEntries(
    Object.entries(changes).filter(
      ([key, value]) => !(key in before && (isSame(value, before[key]) || isSame(value, redacted(before[key])))),
    ),
  );

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Throws ConfigError for what may stand in the file, but not come in through the page. */
const expectUsable = (keys: CameraKeys, before: CameraKeys = {}): void => {
  if (JSON.stringify(keys).includes('${'))
    throw new ConfigError('invalid', 'Expected no ${NAME}: variables can be used in the file only.');
  const denoiser = denoiserOf(keys);
  if (denoiser !== undefined && !isSame(denoiser, denoiserOf(before)) && !isDenoiserName(denoiser))
    throw new ConfigError(
      'invalid',
      `live.denoiser: expected ${denoiserNames.join(', ')}; a folder can be named in the file only.`,
    );
};

const denoiserOf = ({ live }: CameraKeys): unknown =>
  typeof live === 'object' && live !== null && 'denoiser' in live ? (live.denoiser ?? undefined) : undefined;

/** Texts without the passwords of the URLs in them. */
const redacted = (value: unknown): unknown => {
  if (typeof value === 'string') return value.includes('://') ? redactorFor(value)(value) : value;
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redacted(inner)]));
};
