import { execa } from 'execa';

import type { FfmpegProgram } from '../core/ffmpeg-program.ts';
import type { FrameShape } from '../core/frame.ts';
import { encoderCommand } from './encoder-command.ts';

/** A running encoder: raw pictures in, FLV out. */
export interface EncoderProcess {
  readonly pid: number | undefined;
  /** Calls back when all of it was taken, never when the child is gone; `data` must stay as it is until then. */
  write(data: Uint8Array, onTaken: () => void): void;
  onOutput(listener: (chunk: Buffer) => void): void;
  /** Resolves, never rejects, with the reason once the child is gone and its output was read. */
  readonly exit: Promise<string>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export type SpawnEncoder = (shape: FrameShape, fps: number) => EncoderProcess;

const stderrLength = 2000;
const killDelayMs = 1000;

/** Starts ffmpeg children that encode; nothing secret is in their arguments. */
export const encoderSpawner =
  ({ path, launcher, version }: FfmpegProgram): SpawnEncoder =>
  (shape, fps) => {
    const [file = path, ...rest] = [...launcher, path, ...encoderCommand(shape, fps, { version })];
    const child = execa(file, rest, {
      reject: false,
      buffer: false,
      encoding: 'buffer',
      forceKillAfterDelay: killDelayMs,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-stderrLength)));
    // A broken pipe is reported by `exit`, with its reason.
    child.stdin.on('error', () => undefined);
    return {
      pid: child.pid,
      write: (data, onTaken) => void child.stdin.write(data, (error) => error ?? onTaken()),
      onOutput: (listener) => void child.stdout.on('data', listener),
      exit: child.then(({ exitCode, signal, cause }) => {
        if (exitCode === undefined && signal === undefined) return `cannot run ${path}: ${String(cause)}`;
        return `the encoder ended with ${signal ?? `exit code ${exitCode}`}: ${stderr.trim() || 'it said nothing'}`;
      }),
      kill: (signal) => {
        // It looks at signals only between two pictures: the end of its input wakes it.
        child.stdin.destroy();
        child.kill(signal);
      },
    };
  };

const probeTimeoutMs = 10_000;

/**
 * Whether this ffmpeg can encode H.264, by encoding one small picture with the very options; undefined if it can, else
 * the reason. Some builds have no libx264.
 */
export const encoderProblem = async ({ path, version }: FfmpegProgram): Promise<string | undefined> => {
  const shape: FrameShape = { width: 64, height: 64, format: 'gray' };
  const result = await execa(path, encoderCommand(shape, 5, { version }), {
    reject: false,
    encoding: 'buffer',
    input: new Uint8Array(64 * 64),
    timeout: probeTimeoutMs,
    killSignal: 'SIGKILL',
  });
  if (!result.failed && result.stdout.length > 0) return undefined;
  const said = Buffer.from(result.stderr ?? []).toString();
  return said.trim().split('\n')[0] || `ffmpeg ended with exit code ${result.exitCode}`;
};
