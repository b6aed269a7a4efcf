import { preciseNow } from '../core/frame.ts';
import { TransportReader } from './transport-stream.ts';
import type { StreamCodec, StreamRun } from './transport-stream.ts';

export interface ClipRingOptions {
  /** How far back a clip can begin, at least, as long as `maxBytes` allow. */
  readonly seconds: number;
  readonly maxBytes?: number;
  /** Milliseconds since the epoch, in the clock of `frame.capturedAt`. */
  readonly now?: () => number;
}

/** What takes a clip's bytes, an MPEG transport stream from a key frame on. */
export interface ClipSink {
  /** `at`: when they came. */
  write(bytes: Uint8Array, at: number): void;
  /** The stream is over. */
  end(): void;
}

/** A key frame and what follows it, up to the next one. */
interface Group {
  readonly at: number;
  bytes: number;
  readonly runs: { readonly bytes: Uint8Array; readonly at: number }[];
}

const defaultMaxBytes = 32 * 1024 * 1024;

/** The last groups of pictures of a camera's coded video, and whoever records it at the moment. */
export class ClipRing {
  readonly #options: Required<ClipRingOptions>;
  readonly #sinks = new Set<ClipSink>();
  #reader = new TransportReader();
  #groups: Group[] = [];
  #bytes = 0;
  #isLive = false;
  #lastAt = -Infinity;

  constructor({ maxBytes = defaultMaxBytes, now = preciseNow, ...options }: ClipRingOptions) {
    this.#options = { ...options, maxBytes, now };
  }

  /** Undefined until the camera said it. */
  get codec(): StreamCodec | undefined {
    return this.#reader.codec;
  }

  /** Whether clips can be cut of this camera, as far as is known. */
  get isUseful(): boolean {
    return this.codec !== 'other';
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the newest picture came; -Infinity before the first. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Another stream begins: its pictures are not of a piece with those before. */
  begin(): void {
    this.end();
    this.#reader = new TransportReader();
    this.#clear();
    this.#isLive = true;
  }

  push(chunk: Uint8Array): void {
    const at = this.#options.now();
    for (const run of this.#reader.push(chunk)) if (this.isUseful) this.#add(run, at);
  }

  /** The stream ended, and with it what is being recorded; what is kept can be recorded until the next one begins. */
  end(): void {
    this.#isLive = false;
    for (const sink of this.#sinks) sink.end();
    this.#sinks.clear();
  }

  /**
   * Hands the sink everything from the newest key frame that is not younger than `from` (milliseconds since the epoch; the
   * oldest there is, else), until the returned function is called. False when there is nothing.
   */
  record(from: number, sink: ClipSink): (() => void) | false {
    const { tables } = this.#reader;
    const [oldest] = this.#groups;
    if (!tables || !oldest) return false;
    const first = Math.max(
      0,
      this.#groups.findLastIndex(({ at }) => at <= from),
    );
    sink.write(tables, oldest.at);
    for (const { runs } of this.#groups.slice(first)) for (const { bytes, at } of runs) sink.write(bytes, at);
    if (this.#isLive) this.#sinks.add(sink);
    else sink.end();
    return () => void this.#sinks.delete(sink);
  }

  #add({ bytes, begins }: StreamRun, at: number): void {
    if (begins) this.#lastAt = at;
    if (begins === 'key') this.#groups.push({ at, bytes: 0, runs: [] });
    const group = this.#groups.at(-1);
    if (group) {
      group.runs.push({ bytes, at });
      group.bytes += bytes.length;
      this.#bytes += bytes.length;
    }
    for (const sink of this.#sinks) sink.write(bytes, at);
    this.#trim(at);
  }

  #trim(now: number): void {
    const { seconds, maxBytes } = this.#options;
    const isSurplus = (): boolean => {
      const second = this.#groups[1];
      return this.#bytes > maxBytes || (second !== undefined && second.at <= now - seconds * 1000);
    };
    // Without its key frame a group is of no use: too large a one goes as a whole.
    while (this.#groups.length > 0 && isSurplus()) this.#bytes -= this.#groups.shift()!.bytes;
  }

  #clear(): void {
    this.#groups = [];
    this.#bytes = 0;
  }
}
