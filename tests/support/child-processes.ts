import { readFileSync, readdirSync } from 'node:fs';

/** The state and the parent of a process, and its program; undefined when there is none. */
const statOf = (pid: number) => {
  try {
    const [, program, state, parent] = /\((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))!;
    return { program, state, parent: Number(parent) };
  } catch {
    return undefined;
  }
};

/** One that is dead and that nobody has waited for does not run. */
export const isRunning = (pid: number): boolean => !['Z', undefined].includes(statOf(pid)?.state);

/** The ffmpeg processes that this one has as its children. */
export const ffmpegChildren = (parent: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => statOf(pid)?.program === 'ffmpeg' && statOf(pid)?.parent === parent && isRunning(pid));
