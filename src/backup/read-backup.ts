import { createHash } from 'node:crypto';

import { list } from 'tar';
import type { ReadEntry } from 'tar';

import { DataError } from '../core/errors.ts';
import { manifestName, manifestSchema, pipelineName, problemOfName } from './manifest.ts';
import type { Manifest } from './manifest.ts';

export interface CheckedBackup {
  readonly manifest: Manifest;
  /** The text of the pipeline file. */
  readonly pipeline: string;
}

/** Neither a manifest nor a pipeline file is this big; everything else is read without being kept. */
const keptBytes = 64 * 2 ** 20;

interface Found {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Reads an archive through without writing anything. Rejects with DataError 'unreadable' when it is none, is cut off or was
 * changed, holds anything but files, or a name that leads elsewhere.
 */
export const checkBackup = async (archive: string): Promise<CheckedBackup> => {
  const problems: string[] = [];
  const found = new Map<string, Found>();
  const kept = new Map<string, Buffer>();
  const onReadEntry = (entry: ReadEntry): void => {
    const problem = problemOfEntry(entry, found);
    if (problem) return void problems.push(problem);
    const name = entry.path;
    const isKept = name === manifestName || name === pipelineName;
    const chunks: Buffer[] = [];
    const hash = createHash('sha256');
    found.set(name, { bytes: 0, sha256: '' });
    entry.on('data', (chunk) => {
      hash.update(chunk);
      if (isKept) chunks.push(Buffer.from(chunk));
    });
    entry.on('end', () => {
      found.set(name, { bytes: entry.size, sha256: hash.digest('hex') });
      if (isKept) kept.set(name, Buffer.concat(chunks));
    });
  };
  const broken = (reason: string, cause?: unknown): DataError =>
    new DataError('unreadable', `${archive}: expected a backup, found ${reason}`, { cause });
  try {
    await list({ file: archive, strict: true, onReadEntry });
  } catch (cause) {
    throw broken(reasonOf(cause as NodeJS.ErrnoException), cause);
  }
  if (problems[0] !== undefined) throw broken(problems[0]);
  const manifest = manifestOf(kept.get(manifestName), broken);
  const pipeline = kept.get(pipelineName);
  const difference = differenceOf(manifest, found);
  if (difference !== undefined || !pipeline) throw broken(difference ?? `no ${pipelineName}`);
  return { manifest, pipeline: pipeline.toString('utf8') };
};

const problemOfEntry = (
  { type, path: name, size }: ReadEntry,
  found: ReadonlyMap<string, Found>,
): string | undefined => {
  const shown = JSON.stringify(name);
  if (type !== 'File' && type !== 'OldFile') return `${shown}, which is no file but a ${type}`;
  const problem = problemOfName(name);
  if (problem) return `${shown}, which ${problem}`;
  if (found.has(name)) return `${shown} twice`;
  if ((name === manifestName || name === pipelineName) && size > keptBytes) return `${shown} of ${size} bytes`;
  return undefined;
};

const reasonOf = ({ code, message }: NodeJS.ErrnoException): string => {
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'a folder';
  return `a damaged archive (${message})`;
};

const manifestOf = (bytes: Buffer | undefined, broken: (reason: string, cause?: unknown) => DataError): Manifest => {
  if (!bytes) throw broken(`no ${manifestName}`);
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw broken(`a ${manifestName} that is no JSON`, cause);
  }
  const { version } = (content ?? {}) as { version?: unknown };
  if (typeof version === 'number' && version > 1)
    throw broken(`one of version ${version}, which a newer Nightjar wrote: update Nightjar`);
  const { data, error } = manifestSchema.safeParse(content);
  if (data) return data;
  const { path: at = [], message = '' } = error.issues[0] ?? {};
  throw broken(`a ${manifestName} whose ${at.join('.')} cannot be used: ${message}`, error);
};

/** Where the archive's files are not those of its manifest. */
const differenceOf = ({ files }: Manifest, found: ReadonlyMap<string, Found>): string | undefined => {
  for (const { path: name, bytes, sha256 } of files) {
    const is = found.get(name);
    if (!is) return `no ${name}, which its ${manifestName} lists`;
    if (is.bytes !== bytes || is.sha256 !== sha256) return `${name} changed since it was backed up`;
  }
  const listed = new Set([manifestName, ...files.map((file) => file.path)]);
  const other = [...found.keys()].find((name) => !listed.has(name));
  return other && `${JSON.stringify(other)}, which its ${manifestName} does not list`;
};
