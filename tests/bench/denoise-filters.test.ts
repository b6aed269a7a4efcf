import { runFilter, runGraph } from '../../src/bench/denoise-filter-run.ts';
import { filters } from '../../src/bench/denoise-filters.ts';
import { noisyPictures } from '../../src/bench/denoise-noise.ts';
import { psnrOfAll, qualityOf } from '../../src/bench/denoise-quality.ts';
import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { gaussianNoise } from '../../src/learn/add-noise.ts';

jest.setTimeout(120_000);

const shape = { width: 64, height: 48, format: 'gray' } as const;
/** Longer than any filter's window: atadenoise waits for ever for more. */
const clean = Array.from({ length: 70 }, () => Uint8Array.from({ length: 64 * 48 }, (_, at) => 80 + (at % 64)));
const noisy = noisyPictures(clean, gaussianNoise(20), 1);

let ffmpeg: Ffmpeg;
beforeAll(async () => void (ffmpeg = await findFfmpeg()));

test.each(filters.map((filter) => [filter.name, filter] as const))(
  '%s runs and takes noise away',
  async (_, filter) => {
    const first = Object.fromEntries(Object.entries(filter.choices).map(([name, values]) => [name, values[0]!]));
    const { frames, cpuSeconds } = await runFilter(ffmpeg, noisy, shape, filter, { ...first, ...filter.start(20) });
    expect(psnrOfAll(clean, frames)).toBeGreaterThan(psnrOfAll(clean, noisy) + 2);
    expect(cpuSeconds).toBeGreaterThan(0);
  },
);

test.each(['gray', 'yuv420p'] as const)('frames in %s come back as they were', async (format) => {
  const graph = format === 'gray' ? 'null' : 'null,extractplanes=y';
  const { frames } = await runGraph(ffmpeg, noisy, shape, { graph, format });
  expect(frames.map((frame) => Buffer.compare(frame, noisy[frames.indexOf(frame)]!))).toEqual(noisy.map(() => 0));
});

test('the first frames do not count as warm', () => {
  const found = clean.map((frame, at) => frame.map((level) => (at < 20 ? level + 10 : level + 1)));
  const { psnr, psnrWarm } = qualityOf(clean, found, shape);
  expect(psnrWarm).toBeCloseTo(20 * Math.log10(255), 6);
  expect(psnr).toBeLessThan(psnrWarm);
});
