import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError, DataError } from '../core/errors.ts';
import { replaceWhole } from '../files/write-whole.ts';

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
  const { dir, base } = path.parse(path.resolve(target));
  return replaceWhole(target, write, path.join(dir, `.${process.pid}-${base}`));
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
