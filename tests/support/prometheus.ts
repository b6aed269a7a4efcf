import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './free-port.ts';

export interface QueryResult {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A real Prometheus with the configuration file given, its data in `folder`. Call `stop`. */
export const startPrometheus = async (configuration: string, folder: string) => {
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const get = async <T>(address: string): Promise<T> => (await fetch(`${url}${address}`)).json() as Promise<T>;

  const isReady = async (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`Prometheus did not start: ${complaints}`);
    await sleep(100);
  }
  return {
    get,
    /** What the expression gives now; throws what Prometheus says is wrong with it. */
    query: async (expression: string): Promise<readonly QueryResult[]> => {
      const answer = await get<{ status: string; error?: string; data: { result: QueryResult[] } }>(
        `/api/v1/query?query=${encodeURIComponent(expression)}`,
      );
      if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`);
      return answer.data.result;
    },
    stop: async (): Promise<void> => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};
