import { fileURLToPath } from 'node:url';

import { Command } from 'commander';

import { finishRestore } from '../backup/finish-restore.ts';
import { holdStorage } from '../backup/hold-storage.ts';
import { loadPipeline } from '../config/load.ts';
import { createLog } from '../pipeline/log.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import { portNumber } from './arguments.ts';
import { learningLog } from './learning-log.ts';
import { stopSignal } from './stop-signal.ts';
import { progressReporter } from './progress.ts';

interface RunOptions {
  readonly json?: boolean;
  readonly host?: string;
  readonly port?: number;
}

const run = async (file: string, { json = false, host, port }: RunOptions): Promise<void> => {
  let config = await loadPipeline(file);
  // Until the process is gone, however it goes.
  const release = holdStorage(config.storage.path);
  if (await finishRestore(config.storage.path)) config = await loadPipeline(file);
  const server = { ...config.server, ...(host && { host }), ...(port !== undefined && { port }) };
  const log = createLog({ json });
  const progress = progressReporter((line) => log.info(line));
  const logLearning = learningLog((fields) => log.info(fields, 'learning'));
  const signal = stopSignal();

  const pipeline = await runPipeline(
    { ...config, server },
    {
      log,
      file,
      onLearning: (camera, value) => {
        if (!value) progress.stop(camera);
        else if (json) logLearning(camera, value);
        else progress.report(camera, value);
      },
    },
  );
  log.info({ url: pipeline.url }, 'open for business');
  await signal.stopped;
  progress.stop();
  log.info('stopping');
  await pipeline.close();
  release();
};

const withServerOptions = (command: Command): Command =>
  command
    .option('--host <host>', 'address to listen on, instead of the one in the file')
    .option('--port <port>', 'port to listen on, instead of the one in the file', portNumber)
    .option('--json', 'log JSON lines');

export const runCommand = (): Command =>
  withServerOptions(new Command('run'))
    .description('learn a model for every camera that has none, then watch them all')
    .argument('<pipeline>', 'pipeline file (YAML)')
    .addHelpText('after', '\nExample:\n  nightjar run pipelines/my-cameras.yaml')
    .action(async (file: string, options: RunOptions) => run(file, options));

export const demoCommand = (): Command =>
  withServerOptions(new Command('demo'))
    .description('watch an embedded synthetic camera: nothing to configure')
    .action(async (options: RunOptions) =>
      run(fileURLToPath(new URL('../../pipelines/demo.yaml', import.meta.url)), options),
    );
