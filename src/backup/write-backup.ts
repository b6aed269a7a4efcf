import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline as flow } from 'node:stream/promises';

import { create } from 'tar';

import type { StoragePlaces } from '../config/locate-storage.ts';
import { DataError } from '../core/errors.ts';
import { syncFile, syncFolder } from '../files/sync.ts';
import { replaceWhole } from '../files/write-whole.ts';
import { expectOwner } from './expect-owner.ts';
import { besidePrefix, manifestName, newManifest, pipelineName, storagePrefix } from './manifest.ts';
import type { BackedUpFile, Manifest } from './manifest.ts';
import { stageFiles } from './stage-files.ts';
import { storageContents } from './storage-contents.ts';

export interface BackupRequest extends StoragePlaces {
  /** The pipeline file. */
  readonly file: string;
  readonly archive: string;
  /** Whether the alerts' clips and footage go into it. */
  readonly withClips: boolean;
  /** Of this Nightjar. */
  readonly version: string;
  /** Told of what is left out, and why. */
  readonly onSkipped: (file: string, why: string) => void;
}

const leftoverMs = 24 * 3600 * 1000;

/**
 * Writes the pipeline file, the models, the alerts and the other contents of the storage folder into a .tar.gz that only
 * this user may read: it holds what the pipeline file holds, passwords too. Nightjar may be running. The archive appears as
 * a whole, and for good. Rejects with DataError 'unwritable', StoreError, or the file system's error.
 */
export const writeBackup = async (request: BackupRequest): Promise<Manifest> => {
  const { file, archive, storage, withClips, version, onSkipped } = request;
  expectOwner(storage);
  await removeLeftovers(storage);
  const hasStorage = (await stat(storage).catch(() => undefined))?.isDirectory() ?? false;
  // Beside what is linked: links do not reach another file system.
  const staging = await mkdtemp(hasStorage ? path.join(storage, '.backup-') : `${archive}-`).catch(unwritable(storage));
  try {
    await copyFile(file, path.join(staging, pipelineName));
    const leavesOut = (relative: string): boolean => !withClips && /^(clips|footage)$/.test(relative);
    for (const name of storageContents) {
      await mkdir(path.join(staging, storagePrefix), { recursive: true });
      const target = path.join(staging, storagePrefix, name);
      await stageFiles(path.join(storage, name), target, { onSkipped, ...(name === 'alerts' && { leavesOut }) });
    }
    for (const { model, relative } of modelsBeside(request)) {
      const target = path.join(staging, besidePrefix, relative);
      await mkdir(path.dirname(target), { recursive: true });
      await stageFiles(model, target, { onSkipped });
    }
    const files = await describeFiles(staging);
    const about = {
      nightjar: version,
      createdAt: Date.now(),
      pipeline: path.basename(file),
      hasClips: withClips,
      files,
    };
    const manifest = newManifest(about);
    await writeFile(path.join(staging, manifestName), JSON.stringify(manifest));
    // First what says what the rest is.
    const names = [
      manifestName,
      pipelineName,
      ...files.map((each) => each.path).filter((name) => name !== pipelineName),
    ];
    await replaceWhole(archive, async (unfinished) => {
      await writeFile(unfinished, '', { mode: 0o600 }).catch(unwritable(archive));
      // Pictures and video, most of the bytes, do not get smaller: more effort would only take time.
      await create(
        { cwd: staging, file: unfinished, gzip: { level: 1 }, portable: true, strict: true, noDirRecurse: true },
        names,
      );
      await syncFile(unfinished);
    });
    await syncFolder(path.dirname(archive));
    return manifest;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};

/** What a backup that was killed left keeps the space of files that are long removed. One that is going on is not as old. */
const removeLeftovers = async (storage: string): Promise<void> => {
  for (const name of await readdir(storage).catch(() => [])) {
    const folder = path.join(storage, name);
    if (name.startsWith('.backup-') && Date.now() - (await stat(folder)).mtimeMs > leftoverMs)
      await rm(folder, { recursive: true, force: true });
  }
};

/** The models that lie outside of the storage folder but near the pipeline file, each under a path relative to that file. */
const modelsBeside = ({ file, storage, models, onSkipped }: BackupRequest): { model: string; relative: string }[] =>
  models.flatMap((model) => {
    if (isBelow(storage, model)) return [];
    const folder = path.dirname(path.resolve(file));
    if (isBelow(folder, model)) return [{ model, relative: path.relative(folder, model) }];
    onSkipped(model, "it is neither in the storage folder nor below the pipeline file's folder");
    return [];
  });

const isBelow = (folder: string, file: string): boolean => {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
};

const describeFiles = async (folder: string): Promise<BackedUpFile[]> => {
  const files: BackedUpFile[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const hash = createHash('sha256');
    await flow(createReadStream(file), hash);
    const relative = path.relative(folder, file).split(path.sep).join('/');
    files.push({ path: relative, bytes: (await stat(file)).size, sha256: hash.digest('hex') });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
};

const unwritable =
  (file: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw new DataError('unwritable', `${file}: expected a place to write to, found ${cause.code}`, { cause });
  };
