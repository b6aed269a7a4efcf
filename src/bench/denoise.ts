import { parseArgs } from 'node:util';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { clipNames, readClips } from './denoise-clips.ts';
import { filters } from './denoise-filters.ts';
import { tuneAll } from './denoise-tune-all.ts';

const listOf = (text: string): string[] => text.split(',').filter(Boolean);

export const denoiseBench = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: '../shared/data' },
      clips: { type: 'string', default: clipNames.join(',') },
      frames: { type: 'string', default: '100' },
      filters: { type: 'string', default: filters.map(({ name }) => name).join(',') },
      seed: { type: 'string', default: '1' },
      tune: { type: 'string' },
    },
  });
  const ffmpeg = await findFfmpeg();
  const seed = Number(values.seed);
  const clips = await readClips(values.data, listOf(values.clips), Number(values.frames), ffmpeg);
  if (values.tune !== undefined) {
    await tuneAll(clips, listOf(values.filters), { ffmpeg, seed, file: values.tune });
  }
};
