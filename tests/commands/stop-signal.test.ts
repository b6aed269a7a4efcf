import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';

/** Has a child, as every command with a camera has, and takes its time to end in good order. */
const program = `
  import { execa } from 'execa';
  import { stopSignal } from ${JSON.stringify(pathToFileURL('dist/commands/stop-signal.js').href)};
  const { signal, stopped } = stopSignal();
  const child = execa('sleep', ['60'], { reject: false });
  console.log('ready');
  await stopped;
  console.log('stopping', signal.aborted);
  if (process.argv[1] === 'slow') await child;
  child.kill();
`;

const start = async (pace: 'slow' | 'fast') => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, pace]);
  const exit = once(child, 'close');
  const said: string[] = [];
  const hear = async (): Promise<void> => {
    const [chunk] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    said.push(chunk.trim());
  };
  await hear();
  return { child, exit, said, hear };
};

test.each(['SIGINT', 'SIGTERM'] as const)('the first %s lets work end in good order', async (name) => {
  const { child, exit, said, hear } = await start('fast');
  child.kill(name);
  await hear();
  expect(await exit).toEqual([0, null]);
  expect(said).toEqual(['ready', 'stopping true']);
});

test.each(['SIGINT', 'SIGTERM'] as const)('after a first signal, %s ends the process at once', async (name) => {
  const { child, exit, hear } = await start('slow');
  child.kill('SIGINT');
  await hear();
  child.kill(name);
  expect(await exit).toEqual([null, name]);
});
