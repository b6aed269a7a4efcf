import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Where a successful build leaves the hash of what it was made from. */
export const buildStamp = 'dist/.nightjar-build';

/** Every file below `folder`, as paths relative to it, in a fixed order. */
export const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

/** A hash of everything that decides what dist/ holds; names count, so that a removed file shows. */
export const sourceHash = (root) => {
  const hash = createHash('sha256');
  const sources = filesBelow(path.join(root, 'src')).map((file) => path.join('src', file));
  for (const file of [...sources, 'tsconfig.json', 'package-lock.json', 'scripts/build.js'])
    hash.update(`${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
};

/** The text of a stamp, or nothing when there is none. */
export const readStamp = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
