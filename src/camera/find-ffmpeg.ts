import { execa } from 'execa';
import { CameraError } from '../core/errors.ts';
import type { FfmpegCapabilities } from './ffmpeg-command.ts';

/** An ffmpeg that was seen to run. */
export interface Ffmpeg extends FfmpegCapabilities {
  readonly path: string;
  /** Put in front of the path: on Linux `setpriv --pdeathsig KILL`, so that the kernel ends ffmpeg when this process dies. */
  readonly launcher: readonly string[];
}

export const installHint =
  'install it with `apt-get install ffmpeg` (Debian, Ubuntu), `brew install ffmpeg` (macOS), ' +
  '`winget install ffmpeg` (Windows) or `npm install ffmpeg-static`, or set NIGHTJAR_FFMPEG to its path';

/** The version in the first line of `ffmpeg -version`; a build from git ("N-109542-g...") counts as the newest. */
export const parseVersion = (text: string): FfmpegCapabilities['version'] | undefined => {
  const [, name] = /^ffmpeg version (\S+)/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(name) ?? [];
  return major === undefined ? [Infinity, 0] : [Number(major), Number(minor)];
};

/** What a command prints; empty when it cannot be started, fails or hangs. */
export type Run = (command: readonly string[]) => Promise<string>;

const runForReal: Run = async ([file = '', ...args]) => {
  const result = await execa(file, args, { reject: false, timeout: 5000, killSignal: 'SIGKILL', stdin: 'ignore' });
  return result.failed ? '' : result.stdout;
};

const staticPath = async (): Promise<string | undefined> => {
  try {
    return (await import('ffmpeg-static')).default ?? undefined;
  } catch {
    return undefined; // Not installed: it is optional.
  }
};

const deathSignal = ['setpriv', '--pdeathsig', 'KILL'];

/**
 * Finds an ffmpeg that runs: NIGHTJAR_FFMPEG when set, else the one on PATH, else the package ffmpeg-static (whose file can be
 * missing although it is installed). Takes some 100 ms; call it once. Throws CameraError 'no-ffmpeg' with how to install one.
 */
export const findFfmpeg = async (
  env: Readonly<Record<string, string | undefined>> = process.env,
  run: Run = runForReal,
): Promise<Ffmpeg> => {
  const chosen = env['NIGHTJAR_FFMPEG'];
  const candidates = chosen ? [chosen] : ['ffmpeg', await staticPath()];
  for (const path of candidates) {
    const version = path && parseVersion(await run([path, '-version']));
    if (!path || !version) continue;
    const launches = (await run([...deathSignal, path, '-version'])) !== '';
    return { path, version, launcher: launches ? deathSignal : [] };
  }
  const problem = chosen ? `NIGHTJAR_FFMPEG is "${chosen}", which does not run as ffmpeg` : 'No ffmpeg was found';
  throw new CameraError('no-ffmpeg', `${problem}: ${installHint}`);
};
