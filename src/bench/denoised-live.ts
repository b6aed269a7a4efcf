import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { execa } from 'execa';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { quantileOf } from '../task/threshold.ts';
import { askProcess, startProcess, stopProcess } from './bench-process.ts';
import { BenchViewer } from './liveview-viewers.ts';
import type { SubjectReport } from './pipeline-subject.ts';
import { rounded } from './statistics.ts';

const warmUpMs = 10_000;
/** Standard deviation of the noise in the camera's pictures, about, in gray levels: ffmpeg's `alls`. */
const noise = 20;
/** What a camera of this size sends. */
const bitrate = ['-b:v', '4M', '-maxrate', '4M', '-bufsize', '4M'];

/**
 * One noisy camera, decoded, denoised in colour, encoded and watched in real time: pictures that arrive, and how long after
 * they were decoded, by turns of a minute (`--seconds` in all), and the CPU seconds of Nightjar a second, ffmpeg's not
 * counted. `growthMs` is the median delay of the last turn less that of the first.
 */
export const denoisedLiveBench = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: 'string', default: '1280x720' },
      fps: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '300' },
      model: { type: 'string', default: 'fast' },
    },
  });
  const { size, fps, model } = values;
  const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-bench-'));
  try {
    const clip = path.join(folder, 'noisy.mp4');
    const graph = `testsrc2=s=${size}:r=${fps}:d=30,boxblur=2,noise=alls=${noise}:allf=t`;
    const { path: ffmpeg } = await findFfmpeg();
    await execa(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', graph, '-pix_fmt', 'yuv420p', ...bitrate, clip]);
    const file = path.join(folder, 'pipeline.yaml');
    const yaml = {
      cameras: [{ id: 'noisy', url: clip, live: { size, fps: Number(fps), denoiser: model } }],
      learning: { automatic: false },
      server: { port: 0 },
      storage: { path: './storage' },
    };
    await writeFile(file, JSON.stringify(yaml));
    const turns = await watch(file, Number(values.seconds));
    const [first, last] = [turns[0]!, turns.at(-1)!];
    console.log(
      JSON.stringify({
        bench: 'denoised-live',
        size,
        fps: Number(fps),
        turns,
        growthMs: rounded(last.p50Ms - first.p50Ms),
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const watch = async (file: string, seconds: number) => {
  const { child, url } = await startProcess('pipeline-subject.js', [file]);
  const viewer = await new BenchViewer(url).open('denoised');
  try {
    await sleep(warmUpMs);
    viewer.take();
    let { cpuSeconds } = await askProcess<SubjectReport>(child);
    const turns = [];
    for (let left = seconds; left > 0; left -= 60) {
      const turnSeconds = Math.min(60, left);
      await sleep(1000 * turnSeconds);
      const { delays, lost } = viewer.take();
      const report = await askProcess<SubjectReport>(child);
      const turn = {
        seconds: turnSeconds,
        pictures: delays.length,
        lost,
        p50Ms: rounded(quantileOf(delays, 0.5)),
        p95Ms: rounded(quantileOf(delays, 0.95)),
        cpuPerSecond: rounded((report.cpuSeconds - cpuSeconds) / turnSeconds),
      };
      ({ cpuSeconds } = report);
      console.log(JSON.stringify(turn));
      turns.push(turn);
    }
    return turns;
  } finally {
    viewer.close();
    await stopProcess(child);
  }
};
