import promises, { type FileHandle, readlink } from 'node:fs/promises';

/**
 * Writes down, from here on and in order, what is synced to the disk (`sync PATH`) and what is moved and removed
 * (`rename FROM TO`, `rm PATH`): what a power cut would lose. Linux. `jest.restoreAllMocks()` ends it.
 */
export const recordSyncs = async (): Promise<string[]> => {
  const steps: string[] = [];
  const anyHandle = await promises.open('.');
  const handles = Object.getPrototypeOf(anyHandle) as FileHandle;
  await anyHandle.close();
  const sync: (this: FileHandle) => Promise<void> = Reflect.get(handles, 'sync');
  jest.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
    steps.push(`sync ${await readlink(`/proc/self/fd/${this.fd}`)}`);
    return sync.call(this);
  });
  const { rename, rm } = promises;
  jest.spyOn(promises, 'rename').mockImplementation(async (from, to) => {
    steps.push(`rename ${String(from)} ${String(to)}`);
    return rename(from, to);
  });
  jest.spyOn(promises, 'rm').mockImplementation(async (file, options) => {
    steps.push(`rm ${String(file)}`);
    return rm(file, options);
  });
  return steps;
};
