import { statSync } from 'node:fs';

import { DataError } from '../core/errors.ts';

/**
 * Files that another user than the service's leaves in its folder (root, as a rule) would keep the service out. Throws DataError
 * 'unwritable' unless the folder belongs to `user`, or there is none yet, or this system has no user numbers.
 */
export const expectOwner = (folder: string, user = process.getuid?.()): void => {
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
  if (owner === undefined || user === undefined || owner === user) return;
  throw new DataError(
    'unwritable',
    `${folder}: expected a folder of the user who does this (${user}), found one of ${owner}: do it as that user, with sudo -u '#${owner}'`,
  );
};
