import Table from 'cli-table3';
import { Command } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { probeCamera } from '../camera/probe.ts';
import { loadPipeline } from '../config/load.ts';
import type { NotifierSettings } from '../config/notify-schema.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import { CameraError, messageOf } from '../core/errors.ts';
import type { CameraFailure } from '../core/errors.ts';
import { addressOf } from '../notify/mqtt-connection.ts';
import { reachBroker, reachHost } from '../notify/reach.ts';
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

type NotifierCheck = { readonly notifier: string } & (
  { readonly ok: true; readonly address: string } | { readonly ok: false; readonly message: string }
);

export const checkCommand = (): Command =>
  new Command('check')
    .description('validate a pipeline file, look at each of its cameras, reach for each of its notifiers')
    .argument('<pipeline>', 'pipeline file (YAML)')
    .option('--json', 'print JSON, one line for each camera and notifier')
    .addHelpText(
      'after',
      `
Exits with 1 when a camera or notifier fails and with 2 when the file is invalid.

Example:
  nightjar check pipelines/my-cameras.yaml`,
    )
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      const { cameras, notify } = await loadPipeline(file);
      const [checks, notifiers] = await Promise.all([
        Promise.all(cameras.map(check)),
        Promise.all(notify.map(checkNotifier)),
      ]);
      if (json) for (const result of [...checks, ...notifiers]) console.log(JSON.stringify(result));
      else {
        console.log(tableOf(checks));
        for (const result of notifiers) console.log(lineOf(result));
      }
      if ([...checks, ...notifiers].some(({ ok }) => !ok)) process.exitCode = 1;
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
    return { camera: camera.id, ok: false, cause, message: messageOf(error) };
  }
};

/** A broker is logged in to; of a webhook only the host is reached for. */
const checkNotifier = async ({ name, mqtt, webhook }: NotifierSettings): Promise<NotifierCheck> => {
  const url = mqtt?.url ?? webhook?.url ?? '';
  try {
    await (mqtt ? reachBroker(mqtt) : reachHost(url));
    return { notifier: name, ok: true, address: addressOf(url) };
  } catch (error) {
    return { notifier: name, ok: false, message: messageOf(error) };
  }
};

const lineOf = (result: NotifierCheck): string =>
  `notifier ${result.notifier}: ${result.ok ? `${result.address} can be reached` : result.message}`;

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
