import type { FrameShape } from '../../src/core/frame.ts';
import type { EncoderProcess } from '../../src/video/encoder-process.ts';
import { configTag, fileHeader, pictureTag } from './flv-bytes.ts';

/** An encoder in the test's hands: says what it was given, and gives what it is told to. */
export class FakeEncoder implements EncoderProcess {
  readonly pid = 4711;
  readonly shape: FrameShape;
  readonly fps: number;
  readonly written: number[] = [];
  readonly signals: string[] = [];
  /** Whether it takes no more. */
  isStuck = false;
  #listener: (chunk: Buffer) => void = () => undefined;
  #end: (reason: string) => void = () => undefined;
  readonly exit = new Promise<string>((resolve) => (this.#end = resolve));

  constructor(shape: FrameShape, fps: number) {
    this.shape = shape;
    this.fps = fps;
  }

  write(data: Uint8Array, onTaken: () => void): void {
    this.written.push(data[0] ?? 0);
    if (!this.isStuck) onTaken();
  }
  onOutput(listener: (chunk: Buffer) => void): void {
    this.#listener = listener;
  }
  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.signals.push(signal);
  }
  begin(): void {
    this.#listener(Buffer.concat([fileHeader, configTag]));
  }
  give(nal: number, keyFrame = false): void {
    this.#listener(pictureTag([nal], keyFrame));
  }
  die(reason = 'it died'): void {
    this.#end(reason);
  }
}

/** A `spawn` that keeps what it started. */
export const fakeSpawner = () => {
  const encoders: FakeEncoder[] = [];
  const spawn = (shape: FrameShape, fps: number): FakeEncoder => {
    const encoder = new FakeEncoder(shape, fps);
    encoders.push(encoder);
    return encoder;
  };
  const encoder = (index = encoders.length - 1): FakeEncoder => {
    const found = encoders[index];
    if (!found) throw new Error('no encoder was started');
    return found;
  };
  return { encoders, spawn, encoder };
};
