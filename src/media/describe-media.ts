import { execa } from 'execa';

import type { Size } from '../camera/read-still.ts';
import { DataError } from '../core/errors.ts';
import type { Media } from './media-command.ts';
import { describeCommand } from './media-command.ts';
import { parsePam } from './pam.ts';
import type { Picture } from './pam.ts';
import type { FfmpegProgram } from '../core/ffmpeg-program.ts';
import { commandLine, lastLine } from './program.ts';

/** High definition is BT.709 where nothing is said, as players take it. */
const highDefinition = 720;

/** What ffmpeg's log says of the file beside its pictures. */
export const parseLog = (
  log: string,
  { height }: { readonly height: number },
): Pick<Media, 'fps' | 'durationSeconds' | 'hasAudio' | 'matrix'> => {
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):([\d.]+)/.exec(log) ?? [];
  // The input's streams come first.
  const [input = ''] = log.split('Stream mapping:');
  const stream = /Stream #0:\d+.*: Video: (?!.*\(attached pic\)).*/.exec(input)?.[0] ?? '';
  const [, rate] = /, ([\d.]+k?) (?:fps|tbr)/.exec(stream) ?? [];
  const fps = Number(rate?.replace('k', '000') ?? NaN);
  const said = /\((?:[^()]*, )?(bt709|smpte170m|bt470bg)\b/.exec(stream)?.[1];
  const isHigh = said === undefined ? height >= highDefinition : said === 'bt709';
  return {
    fps: fps > 0 && fps <= 1000 ? exactRate(fps) : 25,
    durationSeconds: hours === undefined ? 0 : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    hasAudio: /Stream #0:\d+.*: Audio: /.test(input),
    matrix: isHigh ? 'bt709' : 'bt601',
  };
};

/** ffmpeg prints 29.97 for 30000/1001. */
const exactRate = (fps: number): number => {
  const whole = Math.ceil(fps);
  return Math.abs((whole * 1000) / 1001 - fps) < 0.006 ? (whole * 1000) / 1001 : fps;
};

/**
 * What a file holds, and its first picture (in `size` where given). Throws DataError 'unreadable' for one that is
 * missing, cannot be decoded or holds no video.
 */
export const describeMedia = async (
  file: string,
  ffmpeg: FfmpegProgram,
  size?: Size,
): Promise<{ readonly media: Media; readonly first: Picture }> => {
  const options = {
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: 2 ** 30,
    stdin: 'ignore',
  } as const;
  const { stdout, stderr, cause } = await execa(...commandLine(ffmpeg, describeCommand(file, size)), options);
  const log = Buffer.from(stderr ?? []).toString();
  const first = parsePam(Buffer.from(stdout ?? []));
  if (!first) throw new DataError('unreadable', `${file}: ${reasonOf(log)}`, { cause });
  const { data: _, ...shape } = first;
  return { media: { ...shape, ...parseLog(log, shape) }, first };
};

const reasonOf = (log: string): string => {
  if (/No such file or directory/.test(log)) return 'there is no such file';
  if (/matches no streams|does not contain any stream/.test(log))
    return 'expected a video or an image, found no picture';
  return `cannot be decoded: ${lastLine(log) || 'ffmpeg gave no picture'}`;
};
