import { DataError } from '../core/errors.ts';
import type { FrameShape } from '../core/frame.ts';
import { stillCommand } from './ffmpeg-command.ts';
import { spawnFfmpeg } from './ffmpeg-process.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { firstLine } from './read-footage.ts';

/** Width and height in pixels. */
export type Size = Pick<FrameShape, 'width' | 'height'>;

/** One gray picture: height x width bytes, row by row. */
export interface Still extends Size {
  readonly data: Uint8Array;
}

/**
 * Decodes one image to gray, in its own size or scaled to `size`. Throws DataError 'unreadable' with the file and what
 * ffmpeg said of it.
 */
export const readStill = async (file: string, ffmpeg: Ffmpeg, size?: Size): Promise<Still> => {
  const child = spawnFfmpeg(ffmpeg, stillCommand(file, size));
  const chunks: Uint8Array[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  const { exitCode, error } = await child.exit;
  const still = exitCode === 0 ? parsePgm(Buffer.concat(chunks)) : undefined;
  if (still) return still;
  const reason = error?.message ?? firstLine(child.stderr().trim());
  throw new DataError('unreadable', `${file} cannot be decoded: ${reason || 'ffmpeg gave no picture'}`);
};

/** ffmpeg writes "P5\nWIDTH HEIGHT\n255\n" and the bytes: https://netpbm.sourceforge.net/doc/pgm.html */
const parsePgm = (pgm: Buffer): Still | undefined => {
  const [header = '', width, height] = /^P5\n(\d+) (\d+)\n255\n/.exec(pgm.toString('latin1', 0, 64)) ?? [];
  const data = pgm.subarray(header.length);
  if (width === undefined || data.length !== Number(width) * Number(height)) return undefined;
  return { width: Number(width), height: Number(height), data };
};
