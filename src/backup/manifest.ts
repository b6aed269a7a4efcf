import path from 'node:path';

import * as z from 'zod';

/** Version of the archive's layout: manifest.json, pipeline.yaml, then the files below storage/ and beside/. */
const version = 1;

export const manifestName = 'manifest.json';
export const pipelineName = 'pipeline.yaml';
/** Archive folders: of the storage folder, and of model folders that lie elsewhere below the pipeline file's folder. */
export const storagePrefix = 'storage';
export const besidePrefix = 'beside';

const file = z.strictObject({
  path: z.string().refine((name) => problemOfName(name) === undefined, 'the path of a file in a backup'),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const manifestSchema = z.strictObject({
  format: z.literal('nightjar-backup'),
  version: z.literal(version),
  /** Of the Nightjar that wrote it. */
  nightjar: z.string(),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  /** Name of the pipeline file. */
  pipeline: z.string(),
  /** Whether the alerts' clips and footage are in it. */
  hasClips: z.boolean(),
  files: z.array(file),
});

/** What a backup says of itself. */
export type Manifest = z.output<typeof manifestSchema>;
export type BackedUpFile = Manifest['files'][number];

export const newManifest = (about: Omit<Manifest, 'format' | 'version'>): Manifest => ({
  format: 'nightjar-backup',
  version,
  ...about,
});

/** Why a name in an archive is none that a backup has, such as one that leads out of it; undefined when it may be one. */
export const problemOfName = (name: string): string | undefined => {
  if (name === manifestName || name === pipelineName) return undefined;
  if (/[\0\\]/.test(name) || path.posix.isAbsolute(name) || /^[a-z]:/i.test(name)) return 'is no relative path';
  const [prefix, ...rest] = name.split('/');
  if (rest.some((part) => part === '' || part === '.' || part === '..')) return 'leads out of its folder';
  if ((prefix !== storagePrefix && prefix !== besidePrefix) || rest.length === 0) return 'is of no part of a backup';
  return undefined;
};
