import { access, constants, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError, DataError } from '../core/errors.ts';

const exists = async (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/**
 * Lets `write` make a file beside `target`, of the same ending, and moves it there when it is whole; nothing is left of
 * it when `write` fails. Throws ConfigError when `target` is there already and may not be replaced, DataError
 * 'unwritable' when nothing can be put there.
 */
export const writeTarget = async <T>(
  target: string,
  { force }: { readonly force: boolean },
  write: (file: string) => Promise<T>,
): Promise<T> => {
  await expectFree(target, force);
  const parent = path.dirname(path.resolve(target));
  // In the same folder: moving is one step there.
  const folder = await mkdtemp(path.join(parent, '.nightjar-')).catch((cause: unknown) => {
    throw new DataError('unwritable', `${target} cannot be written: ${(cause as Error).message}`, { cause });
  });
  try {
    const file = path.join(folder, path.basename(target));
    const result = await write(file);
    await rename(file, target);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * Throws ConfigError when the target is there and may not be replaced, DataError 'unwritable' when its folder is none.
 */
export const expectFree = async (target: string, force: boolean): Promise<void> => {
  if (!force && (await exists(target)))
    throw new ConfigError('invalid', `${target} is there already: name another file, or replace it with --force`);
  const parent = path.dirname(path.resolve(target));
  await access(parent, constants.W_OK).catch((cause: unknown) => {
    throw new DataError('unwritable', `${target} cannot be written: ${parent} is no folder that can be written to`, { cause }); // prettier-ignore
  });
};
