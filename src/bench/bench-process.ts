import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of dist/bench in a process of its own, ready, and the address that it told. */
export const startProcess = async (
  program: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; url: string }> => {
  const child = fork(fileURLToPath(new URL(`../../dist/bench/${program}`, import.meta.url)), args);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { child, url };
};

/** What it has to report since it was asked last. */
export const askProcess = async <Report>(child: ChildProcess): Promise<Report> => {
  child.send('report');
  const [answer] = (await once(child, 'message')) as [Report];
  return answer;
};

/** Lets it end by itself, and waits for that. */
export const stopProcess = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
};
