import { measureFilter, settingsFor } from './denoise-filter-run.ts';
import type { Filter } from './denoise-filters.ts';
import { noiseKinds } from './denoise-noise.ts';
import { denoiseAll } from './denoise-part.ts';
import type { DenoiseBench, Part } from './denoise-part.ts';
import { meanOf, qualityOf } from './denoise-quality.ts';
import type { Quality } from './denoise-quality.ts';
import { spoil } from './denoise-spoil.ts';
import type { SpoiledClip } from './denoise-spoil.ts';
import { rounded } from './statistics.ts';

/** One clip under one kind of noise. */
interface Row {
  readonly clip: string;
  readonly noise: string;
  readonly noisy: Quality;
  readonly filters: Readonly<Record<string, Quality>>;
  /** With the noise estimated, and told. */
  readonly models: Readonly<Record<string, { readonly blind: Quality; readonly known: Quality }>>;
  readonly bestFilter: Best | undefined;
  readonly bestCausalFilter: Best | undefined;
}

interface Best {
  readonly name: string;
  readonly psnr: number;
}

/** Every clip under every kind of noise, through every filter and every model. */
export const table: Part = async (bench) => {
  const rows: Row[] = [];
  for (const clip of bench.clips) {
    for (const kind of noiseKinds) {
      const row = await rowOf(spoil(clip, kind, bench.seed), bench);
      rows.push(row);
      console.error(lineOf(row));
    }
  }
  const summaries = Object.fromEntries(bench.models.map((model) => [model, summaryOf(rows, model)]));
  const [first = ''] = bench.models;
  return { ...summaries[first], models: summaries, table: rows };
};

const rowOf = async (clip: SpoiledClip, { ffmpeg, filters, models, open }: DenoiseBench): Promise<Row> => {
  const found: Record<string, Quality> = {};
  for (const filter of filters) {
    const settings = settingsFor(filter, clip);
    if (!settings) throw new Error(`${filter.name} was never tuned for ${clip.name} with ${clip.noise.name}: --tune`);
    found[filter.name] = roundedQuality((await measureFilter(ffmpeg, clip, filter, settings)).after);
  }
  const ours: Record<string, { blind: Quality; known: Quality }> = {};
  for (const model of models) {
    const [blind, known] = [
      await denoiseAll(open, model, { shape: clip, frames: clip.noisy }),
      await denoiseAll(open, model, { shape: clip, frames: clip.noisy, noise: clip.noise }),
    ].map((frames) => roundedQuality(qualityOf(clip.clean, frames, clip)));
    ours[model] = { blind: blind!, known: known! };
  }
  return {
    clip: clip.name,
    noise: clip.noise.name,
    noisy: roundedQuality(qualityOf(clip.clean, clip.noisy, clip)),
    filters: found,
    models: ours,
    bestFilter: bestOf(found, filters),
    bestCausalFilter: bestOf(found, filters.filter(({ causal }) => causal)), // prettier-ignore
  };
};

const roundedQuality = ({ psnr, psnrWarm, ssim }: Quality): Quality => ({
  psnr: rounded(psnr),
  psnrWarm: rounded(psnrWarm),
  ssim: rounded(ssim),
});

const bestOf = (found: Readonly<Record<string, Quality>>, filters: readonly Filter[]): Best | undefined =>
  filters
    .map(({ name }) => ({ name, psnr: found[name]!.psnr }))
    .sort((a, b) => b.psnr - a.psnr)
    .at(0);

/** The worst of all rows, and the means of each kind of noise over the clips. */
const summaryOf = (rows: readonly Row[], model: string): Readonly<Record<string, unknown>> => {
  const of = rows.map((row) => {
    const { blind, known } = row.models[model]!;
    return {
      noise: row.noise,
      overBest: blind.psnr - (row.bestFilter?.psnr ?? NaN),
      overCausal: blind.psnr - (row.bestCausalFilter?.psnr ?? NaN),
      blindLoss: known.psnr - blind.psnr,
      isMostSimilar: Object.values(row.filters).every(({ ssim }) => blind.ssim > ssim),
    };
  });
  const kinds = [...new Set(rows.map(({ noise }) => noise))];
  return {
    minGainOverBestFilterDb: rounded(Math.min(...of.map(({ overBest }) => overBest))),
    minGainOverBestCausalFilterDb: rounded(Math.min(...of.map(({ overCausal }) => overCausal))),
    blindLossDb: rounded(Math.max(...of.map(({ blindLoss }) => blindLoss))),
    ssimAboveAllFilters: of.every(({ isMostSimilar }) => isMostSimilar),
    meanOfClips: Object.fromEntries(
      kinds.map((kind) => {
        const same = of.filter(({ noise }) => noise === kind);
        return [
          kind,
          {
            gainOverBestFilterDb: rounded(meanOf(same.map(({ overBest }) => overBest))),
            gainOverBestCausalFilterDb: rounded(meanOf(same.map(({ overCausal }) => overCausal))),
            blindLossDb: rounded(meanOf(same.map(({ blindLoss }) => blindLoss))),
          },
        ];
      }),
    ),
  };
};

const lineOf = ({ clip, noise, noisy, filters, models }: Row): string => {
  const text = ({ psnr, ssim }: Quality): string => `${psnr.toFixed(2)}/${ssim.toFixed(3)}`;
  const all = [
    ['noisy', noisy] as const,
    ...Object.entries(filters),
    ...Object.entries(models).map(([name, { blind }]) => [name, blind] as const),
  ];
  return `${clip} ${noise}: ${all.map(([name, quality]) => `${name} ${text(quality)}`).join(', ')}`;
};
