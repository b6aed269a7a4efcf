import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { DataError } from '../core/errors.ts';
import type { ParameterSets } from '../video/avc.ts';
import { createAccessUnitDemuxer, type AccessUnit } from './access-unit.ts';
import type { MediaSource } from './media-stream.ts';

const maxFileBytes = 256 << 20;

export interface FileSourceOptions {
  /** A file with H.264 video, in any container that ffmpeg reads. */
  readonly file: string;
  /** Path of the ffmpeg program, run once to take the file apart. */
  readonly ffmpeg: string;
}

/**
 * A video file in a loop, in real time, sent as it was encoded. The file is held in memory, so nothing but timers runs
 * while it plays. Rejects with DataError when the file holds no H.264 video.
 */
export const fileSource = async ({ file, ffmpeg }: FileSourceOptions): Promise<MediaSource> => {
  const args = ['-v', 'error', '-nostdin', '-i', file, '-map', '0:v:0', '-c', 'copy', '-f', 'flv', 'pipe:1'];
  const { stdout } = await promisify(execFile)(ffmpeg, args, { encoding: 'buffer', maxBuffer: maxFileBytes }).catch(
    (error: unknown) => {
      throw new DataError('unreadable', `Cannot read ${file} as H.264 video`, { cause: error });
    },
  );
  const units: AccessUnit[] = [];
  const found: ParameterSets[] = [];
  createAccessUnitDemuxer({ onParameterSets: (sets) => found.push(sets), onAccessUnit: (unit) => units.push(unit) })(
    stdout,
  );
  const [sets] = found;
  const [first, last] = [units[0], units.at(-1)];
  if (sets === undefined || first === undefined || last === undefined || units.length < 2)
    throw new DataError('unreadable', `${file} holds no H.264 video`);
  const intervalMs = (last.decodeMs - first.decodeMs) / (units.length - 1);
  const loopMs = intervalMs * units.length;

  return {
    fps: Math.round(100_000 / intervalMs) / 100,
    open: ({ parameterSets, accessUnit }) => {
      const start = performance.now();
      let index = 0;
      let timer: NodeJS.Timeout;
      const sendDue = (): void => {
        for (;;) {
          const unit = units[index % units.length] ?? first;
          const offsetMs = Math.floor(index / units.length) * loopMs - first.decodeMs;
          const waitMs = start + unit.decodeMs + offsetMs - performance.now();
          if (waitMs > 0) {
            timer = setTimeout(sendDue, waitMs);
            return;
          }
          index++;
          accessUnit({ ...unit, decodeMs: unit.decodeMs + offsetMs, presentMs: unit.presentMs + offsetMs });
        }
      };
      // Not before the caller has what it opened.
      timer = setTimeout(sendDue);
      parameterSets(sets);
      return { close: () => clearTimeout(timer) };
    },
  };
};
