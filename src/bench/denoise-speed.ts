import { runFilter, runGraph, settingsFor } from './denoise-filter-run.ts';
import { noiseKinds } from './denoise-noise.ts';
import type { Part } from './denoise-part.ts';
import { spoil } from './denoise-spoil.ts';
import { rounded } from './statistics.ts';

/** The first frames make the session and fill the caches. */
const warmUp = 5;
const shownAtMost = 60;

/**
 * CPU time a frame at 640x360, user and system: of a filter on one thread less that of an ffmpeg which only passes the
 * frames on; of a model that of this whole process, its engine having one thread.
 */
export const speed: Part = async ({ clips, ffmpeg, filters, models, open, seed }) => {
  const clip = clips.find(({ width, height }) => width === 640 && height === 360);
  if (!clip) return { msPerFrame: null };
  const spoiled = spoil(clip, noiseKinds[1]!, seed);
  const found: Record<string, number> = {};
  for (const filter of filters) {
    const settings = settingsFor(filter, spoiled) ?? filter.start(20);
    const count = filter.frames.tuneOnMiddle ? 3 : filter.frames.tune < 10 ? 10 : shownAtMost;
    const frames = spoiled.noisy.slice(0, count);
    const run = await runFilter(ffmpeg, frames, clip, filter, settings);
    const graph = filter.format === 'gray' ? 'null' : 'null,extractplanes=y';
    const empty = await runGraph(ffmpeg, frames, clip, { graph, format: filter.format });
    found[filter.name] = rounded((1000 * (run.cpuSeconds - empty.cpuSeconds)) / frames.length);
  }
  const ours: Record<string, number> = {};
  const { width, height, format } = clip;
  for (const model of models) {
    const denoiser = await open({ model, shape: { width, height, format } });
    const frames = spoiled.noisy.slice(0, shownAtMost);
    for (const frame of frames.slice(0, warmUp)) await denoiser.denoise(frame);
    const start = process.cpuUsage();
    for (const frame of frames.slice(warmUp)) await denoiser.denoise(frame);
    const { user, system } = process.cpuUsage(start);
    await denoiser.release();
    ours[model] = rounded((user + system) / 1000 / (frames.length - warmUp));
  }
  return { msPerFrame: ours[models[0] ?? ''] ?? null, msPerFrameOfModels: ours, msPerFrameOfFilters: found };
};
