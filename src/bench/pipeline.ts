import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { WebSocket } from 'ws';

import { cameraCommand } from '../camera/ffmpeg-command.ts';
import { spawnFfmpeg } from '../camera/ffmpeg-process.ts';
import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { loadPipeline } from '../config/load.ts';
import { preciseNow } from '../core/frame.ts';
import { saveModel } from '../model/model-folder.ts';
import { processUsage } from '../server/process-usage.ts';
import type { PredictionMessage } from '../server/protocol.ts';
import { quantileOf } from '../task/threshold.ts';
import { askProcess, startProcess, stopProcess } from './bench-process.ts';
import { clipFrames, prepareClips } from './pipeline-clips.ts';
import { analysedFps, benchCard, benchModel, benchTask, inferenceCpu, size } from './pipeline-models.ts';
import type { Sends } from './pipeline-rtsp.ts';
import type { SubjectReport } from './pipeline-subject.ts';
import { rounded } from './statistics.ts';

const warmUpMs = 6000;

/**
 * Real footage over a real RTSP server, through the whole pipeline, to a WebSocket client: the delay of each frame from
 * the sending of its picture to the arrival of its prediction, the CPU time against the floor (the same decoding alone
 * and the same inferences alone; live frames are decoded and scaled, and nobody watches them), and the drops. The last
 * line printed is one JSON object.
 */
export const pipelineBench = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: '../shared/data' },
      cameras: { type: 'string', default: '8' },
      seconds: { type: 'string', default: '60' },
      'floor-seconds': { type: 'string', default: '30' },
    },
  });
  const cameras = Number(values.cameras);
  const seconds = Number(values.seconds);
  const ffmpeg = await findFfmpeg();
  const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-bench-'));
  try {
    console.log('preparing clips ...');
    const clips = await prepareClips(values.data, folder, ffmpeg.path);
    const many = await measure({ folder, clips, ffmpeg, cameras, seconds });
    console.log(JSON.stringify({ cameras, ...many }));
    const one = await measure({ folder, clips, ffmpeg, cameras: 1, seconds: Math.min(30, seconds) });
    console.log(JSON.stringify({ cameras: 1, ...one }));
    const floor = await floorCpu({ folder, clips, ffmpeg, cameras, seconds: Number(values['floor-seconds']) });
    const floorCpuPerSecond = floor.decodeCpuPerSecond + many.framesPerSecond * floor.inferenceCpuSeconds;
    console.log(
      JSON.stringify({
        cameras,
        ...many,
        ...floor,
        cpuOverFloor: rounded(many.cpuPerSecond / floorCpuPerSecond),
        oneCamera: one,
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

interface Setting {
  readonly folder: string;
  readonly clips: readonly string[];
  readonly ffmpeg: Ffmpeg;
  readonly cameras: number;
  readonly seconds: number;
}

const measure = async (setting: Setting) => {
  const rtsp = await startRtsp(setting);
  const file = await writePipeline(setting, rtsp.url);
  const subject = await startProcess('pipeline-subject.js', [file]);
  const client = new WebSocket(new URL('/ws', subject.url.replace('http', 'ws')));
  try {
    await once(client, 'open');
    const arrivals = new Map<string, number>();
    client.on('message', (data, isBinary) => {
      const now = preciseNow();
      if (isBinary) return;
      const message = JSON.parse((data as Buffer).toString()) as PredictionMessage | { type: 'other' };
      if (message.type === 'prediction') arrivals.set(`${message.camera} ${message.sequence}`, now);
    });
    client.send(JSON.stringify({ type: 'subscribe', topic: 'prediction' }));

    await sleep(warmUpMs);
    const before = await askProcess<SubjectReport>(subject.child);
    const startedAt = performance.now();
    await sleep(setting.seconds * 1000);
    const after = await askProcess<SubjectReport>(subject.child);
    const elapsed = (performance.now() - startedAt) / 1000;
    const { sends } = await askProcess<{ sends: Sends }>(rtsp.child);

    const delays = after.seen.flatMap(([camera, sequence, picture]) => {
      const arrivedAt = arrivals.get(`${camera} ${sequence}`);
      const sentAt = arrivedAt && lastSent(sends[camera] ?? [], picture, arrivedAt);
      return arrivedAt && sentAt ? [arrivedAt - sentAt] : [];
    });
    const dropsBefore = sumBy(before.metrics, 'nightjar_frames_dropped_total', 'reason');
    const dropsAfter = sumBy(after.metrics, 'nightjar_frames_dropped_total', 'reason');
    // A newer frame that takes an older one's place is the policy; anything else is not.
    const dropsByPolicy = (dropsAfter['superseded'] ?? 0) - (dropsBefore['superseded'] ?? 0);
    return {
      latencyP50Ms: rounded(quantileOf(delays, 0.5)),
      latencyP95Ms: rounded(quantileOf(delays, 0.95)),
      frames: delays.length,
      framesPerSecond: rounded(after.seen.length / elapsed),
      cpuPerSecond: rounded((cpuOf(after) - cpuOf(before)) / elapsed),
      dropsByPolicy,
      dropsUnplanned: total(dropsAfter) - total(dropsBefore) - dropsByPolicy,
    };
  } finally {
    client.terminate();
    await stopProcess(subject.child);
    await stopProcess(rtsp.child);
  }
};

/** CPU seconds a second of decoding alone, and CPU seconds of one frame through the model alone. */
const floorCpu = async (setting: Setting) => {
  const rtsp = await startRtsp(setting);
  const { cameras } = await loadPipeline(await writePipeline(setting, rtsp.url));
  const children = cameras.map((camera) => {
    const child = spawnFfmpeg(setting.ffmpeg, cameraCommand(camera, setting.ffmpeg));
    for (const output of [child.stdout, child.live]) output?.on('data', () => undefined);
    return child;
  });
  const decodeCpu = (): number =>
    children.reduce((sum, { pid }) => sum + (pid ? (processUsage(pid)?.cpuSeconds ?? 0) : 0), 0);
  await sleep(warmUpMs);
  const before = decodeCpu();
  await sleep(setting.seconds * 1000);
  const decodeCpuPerSecond = rounded((decodeCpu() - before) / setting.seconds);
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.map(async (child) => child.exit));
  await stopProcess(rtsp.child);

  return { decodeCpuPerSecond, inferenceCpuSeconds: rounded(await inferenceCpu()) };
};

/** A pipeline file with models for each camera. */
const writePipeline = async ({ folder, cameras }: Setting, url: string): Promise<string> => {
  const ids = Array.from({ length: cameras }, (_, index) => `cam${index}`);
  for (const id of ids)
    await saveModel(path.join(folder, 'storage', 'models', id, benchTask), { ...benchModel(), card: benchCard() });
  const file = path.join(folder, 'pipeline.yaml');
  const yaml = {
    cameras: ids.map((id) => ({ id, url: `${url}${id}`, size: `${size}x${size}`, fps: analysedFps })),
    server: { port: 0 },
    storage: { path: './storage' },
  };
  await writeFile(file, JSON.stringify(yaml));
  return file;
};

const startRtsp = async ({ ffmpeg, cameras, clips }: Setting): ReturnType<typeof startProcess> =>
  startProcess('pipeline-rtsp.js', [ffmpeg.path, String(cameras), ...clips]);

/** When the newest picture with this number was sent before the prediction came; the clip is sent in a loop. */
const lastSent = (sends: Sends[string], picture: number, arrivedAt: number): number | undefined =>
  sends.findLast(([index, timeMs]) => index % clipFrames === picture && timeMs <= arrivedAt)?.[1];

/** The sum of a counter over its label values, by the label `label`, from the Prometheus text format. */
const sumBy = (metrics: string, name: string, label: string): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const line of metrics.split('\n').filter((text) => text.startsWith(`${name}{`))) {
    const key = new RegExp(`${label}="([^"]*)"`).exec(line)?.[1] ?? '';
    sums[key] = (sums[key] ?? 0) + Number(line.slice(line.lastIndexOf(' ')));
  }
  return sums;
};

const total = (sums: Record<string, number>): number => Object.values(sums).reduce((sum, value) => sum + value, 0);

/** CPU seconds of the pipeline's process and of its ffmpeg children. */
const cpuOf = ({ cpuSeconds, metrics }: SubjectReport): number =>
  cpuSeconds + total(sumBy(metrics, 'nightjar_child_cpu_seconds_total', 'camera'));
