import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = 'dist/dashboard';
const stamp = 'dist/.page-of-tests';
const lock = 'dist/.page-of-tests.lock';

const sourceHash = (): string => {
  const hash = createHash('sha256');
  for (const entry of readdirSync('src/dashboard', { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
};
const isBuilt = (hash: string): boolean =>
  existsSync(`${folder}/index.html`) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
const isLockOld = (): boolean =>
  Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 60_000;

/** Builds the page if its sources have changed; tests that run beside each other build it once. */
export const builtPage = async (): Promise<string> => {
  const hash = sourceHash();
  mkdirSync('dist', { recursive: true });
  while (!isBuilt(hash)) {
    if (isLockOld()) rmSync(lock, { recursive: true, force: true });
    try {
      mkdirSync(lock);
    } catch {
      await sleep(200);
      continue;
    }
    try {
      if (!isBuilt(hash)) execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'src/dashboard', '--logLevel', 'warn']); // prettier-ignore
      writeFileSync(stamp, hash);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return folder;
};
