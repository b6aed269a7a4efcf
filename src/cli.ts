import { readFileSync } from 'node:fs';

import { Command } from 'commander';

import { backupCommand, restoreCommand } from './commands/backup.ts';
import { benchCommand } from './commands/bench.ts';
import { checkCommand } from './commands/check.ts';
import { denoiseCommand } from './commands/denoise.ts';
import { evalCommand } from './commands/eval.ts';
import { exportCommand } from './commands/export.ts';
import { learnCommand } from './commands/learn.ts';
import { reportCommand } from './commands/report.ts';
import { reportFailure } from './commands/report-failure.ts';
import { demoCommand, runCommand } from './commands/run.ts';
import { simulateCommand } from './commands/simulate.ts';
import { trainCommand } from './commands/train.ts';
import { usersCommand } from './commands/users.ts';

// Otherwise ONNX Runtime sends reports of its use to Microsoft, and keeps an id of this computer for them. Threads inherit it.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('nightjar')
  .enablePositionalOptions()
  .description('Watches cameras and tells you when one sees what it never saw before.')
  .version(version)
  .addHelpText(
    'after',
    `
Examples:
  nightjar demo                                    a synthetic camera, nothing to configure
  nightjar check pipelines/my-cameras.yaml         is the file right, does every camera answer
  nightjar run pipelines/my-cameras.yaml           learn what is missing, then watch
  nightjar denoise night.mp4 clean.mp4             a file without its noise
  nightjar learn pipelines/my-cameras.yaml --camera front-door --minutes 30

Exit codes: 0 done, 1 failed, 2 wrong usage or an invalid pipeline file, 130 interrupted.`,
  );

for (const command of [
  runCommand,
  demoCommand,
  learnCommand,
  trainCommand,
  checkCommand,
  denoiseCommand,
  simulateCommand,
  evalCommand,
  benchCommand,
  reportCommand,
  exportCommand,
  backupCommand,
  restoreCommand,
  usersCommand,
]) {
  program.addCommand(command());
}
program.commands.forEach((command) => command.exitOverride());
program.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, process.argv.includes('--json'));
}
