import { parseArgs } from 'node:util';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { ConfigError, messageOf } from '../core/errors.ts';
import { openDenoisers } from '../learn/open-denoisers.ts';
import type { OpenDenoisers } from '../learn/open-denoisers.ts';
import { clipNames, readClips } from './denoise-clips.ts';
import { filters } from './denoise-filters.ts';
import { ghosting } from './denoise-ghosting.ts';
import { colour, compressed, stills } from './denoise-others.ts';
import type { Part } from './denoise-part.ts';
import { speed } from './denoise-speed.ts';
import { table } from './denoise-table.ts';
import { tuneAll } from './denoise-tune-all.ts';

const parts: Readonly<Record<string, Part>> = { table, speed, ghosting, h264: compressed, stills, colour };

/**
 * Denoising against ffmpeg's filters on footage that nothing was trained on: `--data DIR`, `--clips`, `--frames` of
 * each, `--models` (none: `--models ''`, the filters alone), `--only` of the parts, `--filters`, `--seed`. `--tune
 * FILE` finds the filters' settings instead and writes them as JSON. A part that fails is named and the others still
 * run; the exit status is then 1.
 */
export const denoiseBench = async (args: readonly string[], open: OpenDenoisers = openDenoisers): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: '../shared/data' },
      clips: { type: 'string', default: clipNames.join(',') },
      frames: { type: 'string', default: '100' },
      models: { type: 'string', default: 'fast,best' },
      only: { type: 'string', default: Object.keys(parts).join(',') },
      filters: { type: 'string', default: filters.map(({ name }) => name).join(',') },
      seed: { type: 'string', default: '1' },
      tune: { type: 'string' },
    },
  });
  const only = listOf(values.only);
  const unknown = only.find((name) => !(name in parts));
  if (unknown !== undefined)
    throw new ConfigError('invalid', `Expected --only of ${Object.keys(parts).join(', ')}, got "${unknown}"`);
  const { data } = values;
  const [seed, frames] = [Number(values.seed), Number(values.frames)];
  const ffmpeg = await findFfmpeg();
  const clips = await readClips(data, listOf(values.clips), frames, ffmpeg);
  if (values.tune !== undefined) {
    await tuneAll(clips, listOf(values.filters), { ffmpeg, seed, file: values.tune });
    return;
  }

  const denoisers = await open({ device: 'cpu', threads: 1 });
  const chosen = filters.filter(({ name }) => listOf(values.filters).includes(name));
  const models = listOf(values.models);
  const bench = { data, seed, frames, ffmpeg, clips, filters: chosen, models, open: denoisers.open };
  const results: Record<string, unknown> = { bench: 'denoise', seed, frames };
  try {
    for (const name of only) {
      try {
        Object.assign(results, await parts[name]!(bench));
      } catch (error) {
        results[`${name}Error`] = messageOf(error);
        process.exitCode = 1;
      }
    }
  } finally {
    await denoisers.close();
  }
  console.log(JSON.stringify(results));
};

const listOf = (text: string): string[] => text.split(',').filter(Boolean);
