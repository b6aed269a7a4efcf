import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { Command } from 'commander';

import type { Manifest } from '../backup/manifest.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { locateStorage } from '../config/locate-storage.ts';
import { ConfigError } from '../core/errors.ts';

/** What a backup holds, for the one line that is printed of it. */
const contentOf = ({ files, hasClips, createdAt }: Manifest) => ({
  models: files.filter(({ path }) => path.endsWith('/model.json')).length,
  snapshots: files.filter(({ path }) => path.startsWith('storage/alerts/snapshots/')).length,
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  hasClips,
  createdAt: new Date(createdAt).toISOString(),
});

const sentenceOf = (manifest: Manifest): string => {
  const { models, snapshots, files, bytes, hasClips } = contentOf(manifest);
  const clips = hasClips ? '' : ', without clips and footage';
  return `${files} files, ${(bytes / 1e6).toFixed(1)} MB: the pipeline file, ${models} model(s), ${snapshots} snapshot(s)${clips}`;
};

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export const backupCommand = (): Command =>
  new Command('backup')
    .description('write the pipeline file, its models, alerts and settings into one archive, also while Nightjar runs')
    .argument('<pipeline>', 'pipeline file (YAML)')
    .argument('<archive>', 'the .tar.gz to write; readable by you only, for it holds what the pipeline file holds')
    .option('--no-clips', "leave out the alerts' clips and footage, which are most of the bytes")
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  nightjar backup pipelines/my-cameras.yaml nightjar-backup.tar.gz')
    .action(async (file: string, archive: string, { clips, json = false }: { clips: boolean; json?: boolean }) => {
      const places = locateStorage(file, await textOf(file));
      const onSkipped = (skipped: string, why: string): void =>
        console.error(`${skipped} is not in the backup: ${why}`);
      const manifest = await writeBackup({ ...places, file, archive, withClips: clips, version, onSkipped });
      if (json) console.log(JSON.stringify({ archive, ...contentOf(manifest) }));
      else console.log(`${archive}: ${sentenceOf(manifest)}`);
    });

export const restoreCommand = (): Command =>
  new Command('restore')
    .description('put a backup in place: the pipeline file, its models, alerts and settings')
    .argument('<archive>', 'what nightjar backup wrote')
    .argument('<pipeline>', 'where the pipeline file goes; the rest goes into the storage folder that it names')
    .option('--force', 'replace what is there: the pipeline file, and everything that the storage folder holds')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The archive is checked as a whole before anything is written. Nightjar must not be running on the storage folder.

Example:
  nightjar restore nightjar-backup.tar.gz pipelines/my-cameras.yaml`,
    )
    .action(
      async (archive: string, file: string, { force = false, json = false }: { force?: boolean; json?: boolean }) => {
        const { manifest, storage } = await restoreBackup({ archive, file, force });
        if (json) console.log(JSON.stringify({ file, storage, ...contentOf(manifest) }));
        else
          console.log(
            `${file} and ${storage} are as they were on ${contentOf(manifest).createdAt}: ${sentenceOf(manifest)}`,
          );
      },
    );

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigError('unreadable', `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  }
};
