import { Command } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { parseSimulatorUrl, simulate } from '../simulate/simulator.ts';
import { portNumber } from './arguments.ts';
import { stopSignal } from './stop-signal.ts';

interface SimulateOptions {
  readonly port: number;
  readonly truth?: string;
}

export const simulateCommand = (): Command =>
  new Command('simulate')
    .description('serve a synthetic camera over RTSP, with scheduled anomalies')
    .argument('[url]', 'what to simulate', 'simulator://walkway?seed=1')
    .option('--port <port>', 'port of the RTSP server', portNumber, 8554)
    .option('--truth <file>', 'append each anomaly to this file as a line of JSON when it begins')
    .addHelpText(
      'after',
      `
Parameters of the URL: seed, width, height, fps, startTimeOfDay (hours), timeScale, nightMode (infrared or colour), and either
first, every, seconds and kinds (vehicle, object, runner, covered, turned) of a schedule that repeats, or schedule=none, or
schedule=vehicle@150:6,object@200:20 (kind@start:seconds). Beside the anomalies, conditions=rain@150:30,knock@300:1 or
conditions=rain,exposure (one after the other, 30 s each, every 90 s from 150 s on); the conditions are light-on and light-off
(a lamp over a part of the scene), exposure (a step of the gain), infrared, compression (block artefacts), rain, and knock (the
camera is shifted and rotated a little, and stays so).

Examples:
  nightjar simulate
  nightjar simulate 'simulator://walkway?seed=7&startTimeOfDay=21&first=60&every=30' --truth truth.jsonl`,
    )
    .action(async (url: string, { port, truth }: SimulateOptions) => {
      const { path: ffmpeg } = await findFfmpeg();
      await simulate(
        {
          ...parseSimulatorUrl(url),
          port,
          ffmpeg,
          signal: stopSignal().signal,
          ...(truth !== undefined && { truthFile: truth }),
        },
        console.log,
      );
    });
