import type { CameraFailure } from '../core/errors.ts';
import { networkTimeoutMs } from './ffmpeg-command.ts';
import type { Exit } from './ffmpeg-process.ts';
import { installHint } from './find-ffmpeg.ts';

/** Everything known about an ffmpeg that ended although the camera was wanted. */
export interface Ending extends Exit {
  readonly stderr: string;
  /** Frames it gave. */
  readonly frames: number;
  readonly elapsedMs: number;
  /** It was killed because no frame had come for too long. */
  readonly stalled: boolean;
}

/** ffmpeg's own words, as collected from versions 5.1: the first line that matches decides. */
const lines: readonly (readonly [RegExp, CameraFailure, string])[] = [
  [
    /40[13] (Unauthorized|Forbidden)|authorization failed|access denied/i,
    'unauthorized',
    'user name or password is wrong',
  ],
  [/404 Not Found|No such file or directory|454 Session/i, 'not-found', 'nothing is there at this path'],
  [/Failed to resolve hostname/i, 'dns', 'host name is unknown'],
  [/Connection refused/i, 'refused', 'nothing listens at this address and port'],
  [/Server returned [45]|failed: [45]\d\d /i, 'refused', 'camera answered with an error'],
  [/timed out|No route to host|Network is unreachable|Host is down/i, 'timeout', 'camera does not answer'],
  [
    /does not contain any stream|matches no streams|Decoder .*not found|Could not find codec|unknown codec|unsupported codec/i,
    'codec',
    'stream holds no video that ffmpeg can decode',
  ],
];

/** Lines that name no reason. */
const noise = /^((async:)?pipe:\d: |\s*Last message repeated|.*(Impossible to open|Statistics: ))/;

/** A line of ffmpeg's without the address of the part that spoke, or the pipe that stands for the camera. */
const bare = (line = ''): string => line.replace(/^(\[[^\]]*\] |(async:)?pipe:\d: )+/, '').trim();

type Named = readonly [cause: CameraFailure, meaning: string, quote?: string | undefined];

const fromStderr = (stderr: string): Named | undefined => {
  const spoken = stderr.split('\n').reverse();
  for (const [pattern, cause, meaning] of lines) {
    const line = spoken.find((text) => pattern.test(text));
    if (line !== undefined) return [cause, meaning, bare(line)];
  }
  return undefined;
};

const classify = ({ error, stalled, frames, stderr, signal, exitCode, elapsedMs }: Ending): Named => {
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  if (error) return ['no-ffmpeg', `ffmpeg could not be started; ${installHint}`, error.message.split('\n')[0]];
  if (stalled) return frames > 0 ? ['stalled', 'frames stopped coming'] : ['timeout', `no frame within ${seconds}`];
  if (signal !== undefined) return ['crashed', `ffmpeg was ended by ${signal}`];

  const named = fromStderr(stderr);
  if (frames > 0) return named?.[0] === 'timeout' ? ['stalled', 'frames stopped coming'] : ['ended', 'stream ended'];
  if (named) return named;
  // A server that accepts and says nothing makes ffmpeg speak of invalid data when its time-out is over.
  if (elapsedMs >= networkTimeoutMs) return ['timeout', `no answer within ${seconds}`];
  if (/Invalid data found|Invalid argument/.test(stderr)) return ['codec', 'this is not a video stream'];
  if (exitCode === 0 || /Input\/output error/.test(stderr)) return ['ended', 'stream ended without a frame'];
  return ['crashed', 'ffmpeg failed', bare(stderr.split('\n').findLast((line) => line.trim() && !noise.test(line)))];
};

/** Names why a camera gave no (more) frames. The message quotes ffmpeg and may hold a password: redact it. */
export const failureCause = (ending: Ending): { cause: CameraFailure; message: string } => {
  const [cause, meaning, quote] = classify(ending);
  return { cause, message: quote ? `${meaning} (${quote})` : meaning };
};
