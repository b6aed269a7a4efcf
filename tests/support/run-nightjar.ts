import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';

/** `nightjar run` in a process of its own. */
export interface RunningNightjar {
  readonly pid: number;
  /** Where the page is. */
  readonly url: string;
  /** All that it has said. */
  readonly output: () => string;
  /** Sends the signal, -9 by default, and waits until it is gone. Resolves with its exit code, null when the signal ended it. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs a pipeline file; resolves when its page can be opened. Rejects with what it said when it ends before. */
export const runNightjar = async (pipeline: string, env: NodeJS.ProcessEnv = {}): Promise<RunningNightjar> => {
  let output = '';
  const child = spawn(process.execPath, ['bin/nightjar.js', 'run', pipeline, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /"url":"(http[^"]+)","msg":"open for business"/.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then(([code]) => reject(new Error(`nightjar ended with ${code}: ${output}`)));
  });
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> => {
    child.kill(signal);
    return (await exited)[0];
  };
  return { pid: child.pid!, url, output: () => output, kill };
};

/** Runs any command to its end. */
export const nightjar = async (args: readonly string[], { env = {}, input = '' } = {}) => {
  const options = { env, input, reject: false };
  const { exitCode: code, stdout, stderr } = await execa(process.execPath, ['bin/nightjar.js', ...args], options);
  return { code, stdout, stderr };
};
