import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** `nightjar run` in a process of its own. */
export interface RunningNightjar {
  readonly process: ChildProcess;
  /** Where the page is. */
  readonly url: string;
  /** All that it has said. */
  readonly output: () => string;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Runs a pipeline file; resolves when its page can be opened. Rejects with what it said when it ends before. */
export const runNightjar = async (pipeline: string, env: NodeJS.ProcessEnv = {}): Promise<RunningNightjar> => {
  let output = '';
  const child = spawn(process.execPath, ['bin/nightjar.js', 'run', pipeline, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /"url":"(http[^"]+)","msg":"open for business"/.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`nightjar ended with ${code}: ${output}`)));
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  return { process: child, url, output: () => output, kill };
};
