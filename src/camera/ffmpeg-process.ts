import type { Readable } from 'node:stream';

import { execa } from 'execa';
import type { FfmpegCommand } from './ffmpeg-command.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';

/** How a child ended. `error` is there when it could not be started. */
export interface Exit {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly error?: Error;
}

/** Raw frames; iterate it to pull, or listen to 'data' to be pushed. */
type Output = AsyncIterable<Uint8Array> & { on(event: 'data', listener: (chunk: Uint8Array) => void): unknown };

/** A running ffmpeg. Its outputs must be read to the end, or it never exits. */
export interface FfmpegProcess {
  readonly pid: number | undefined;
  readonly stdout: Output;
  /** The live frames of a command that `hasLive`. */
  readonly live?: Pick<Output, 'on'>;
  /** The transport stream of a command that `hasCoded`. */
  readonly coded?: Pick<Output, 'on'>;
  /** Writes to the stdin of a command that `hasLive`; nothing happens when it is gone. */
  tell(command: string): void;
  /** Resolves, never rejects, once the process is gone and its output was read. */
  readonly exit: Promise<Exit>;
  /** The last lines of stderr. They may hold passwords. */
  stderr(): string;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export type SpawnFfmpeg = (ffmpeg: Ffmpeg, command: FfmpegCommand) => FfmpegProcess;

/** A broken stream can complain with every frame: only the end is kept. */
const stderrLength = 16_384;
/** A child that ignores SIGTERM (one that waits for the network does) gets SIGKILL after this. */
const killDelayMs = 1000;

/** Starts ffmpeg. It dies with this process: by the kernel where the launcher can ask for that, else at a normal exit. */
export const spawnFfmpeg: SpawnFfmpeg = ({ path, launcher }, { args, input, hasLive, hasCoded }) => {
  const [file = path, ...rest] = [...launcher, path, ...args];
  const child = execa(file, rest, {
    reject: false,
    buffer: false,
    encoding: 'buffer',
    forceKillAfterDelay: killDelayMs,
    stdio: [
      hasLive || input !== undefined ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
      hasLive ? 'pipe' : 'ignore',
      hasLive && input !== undefined ? Buffer.from(input) : 'ignore',
      hasCoded ? 'pipe' : 'ignore',
    ],
    ...(input !== undefined && !hasLive && { input }),
  });
  // Written to while it ends: its exit says why.
  child.stdin?.on('error', () => undefined);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-stderrLength);
  });
  return {
    pid: child.pid,
    stdout: child.stdout,
    ...(hasLive && { live: child.stdio[3] as Readable }),
    ...(hasCoded && { coded: (child.stdio as readonly unknown[])[5] as Readable }),
    exit: child.then(({ exitCode, signal, cause }) => ({
      ...(exitCode !== undefined && { exitCode }),
      ...(signal !== undefined && { signal }),
      ...(exitCode === undefined && signal === undefined && cause instanceof Error && { error: cause }),
    })),
    tell: (command) => void child.stdin?.write(command),
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
  };
};
