import Table from 'cli-table3';
import { Command } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { probeCamera } from '../camera/probe.ts';
import { loadPipeline } from '../config/load.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import { CameraError } from '../core/errors.ts';
import type { CameraFailure } from '../core/errors.ts';
import { openSource } from '../pipeline/source.ts';

type Check = { readonly camera: string } & (
  | {
      readonly ok: true;
      readonly codec: string;
      readonly size: string;
      readonly fps: number | null;
      readonly firstFrameMs: number;
    }
  | { readonly ok: false; readonly cause: CameraFailure | 'invalid'; readonly message: string }
);

export const checkCommand = (): Command =>
  new Command('check')
    .description('validate a pipeline file and look at each of its cameras')
    .argument('<pipeline>', 'pipeline file (YAML)')
    .option('--json', 'print JSON, one line for each camera')
    .addHelpText(
      'after',
      `
Exits with 1 when a camera fails and with 2 when the file is invalid.

Example:
  nightjar check pipelines/my-cameras.yaml`,
    )
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      const { cameras } = await loadPipeline(file);
      const checks = await Promise.all(cameras.map(check));
      if (json) for (const result of checks) console.log(JSON.stringify(result));
      else console.log(tableOf(checks));
      if (checks.some(({ ok }) => !ok)) process.exitCode = 1;
    });

const check = async (camera: PipelineCamera): Promise<Check> => {
  try {
    const ffmpeg = await findFfmpeg();
    const source = await openSource(camera, ffmpeg);
    try {
      const { codec, width, height, fps = null, firstFrameMs } = await probeCamera(source.camera, { ffmpeg });
      const size = `${width}x${height}`;
      return { camera: camera.id, ok: true, codec, size, fps, firstFrameMs: Math.round(firstFrameMs) };
    } finally {
      await source.close();
    }
  } catch (error) {
    const cause = error instanceof CameraError ? error.code : 'invalid';
    return { camera: camera.id, ok: false, cause, message: error instanceof Error ? error.message : String(error) };
  }
};

const tableOf = (checks: readonly Check[]): string => {
  const table = new Table({
    head: ['camera', 'codec', 'size', 'fps', 'first frame'],
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], compact: true },
    colWidths: [null, null, null, null, null],
    wordWrap: true,
  });
  for (const result of checks) {
    table.push(
      result.ok
        ? [result.camera, result.codec, result.size, result.fps ?? '?', `${result.firstFrameMs} ms`]
        : [result.camera, { colSpan: 4, content: `${result.cause}: ${result.message}` }],
    );
  }
  return table.toString();
};
