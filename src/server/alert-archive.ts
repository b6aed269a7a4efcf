import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

import yazl from 'yazl';

import type { AlertFile } from '../alert/alert-files.ts';
import type { Alert } from '../core/status.ts';

/** What is put into an archive beside alert.json, by the name that it gets there. Footage is for learning only. */
const entries: readonly (readonly [AlertFile, string])[] = [
  ['snapshot', 'snapshot.jpg'],
  ['clip', 'clip.mp4'],
  ['curve', 'scores.json'],
];
const isPacked = (name: string): boolean => /\.(jpg|mp4)$/.test(name);

/** 2026-11-25T09-10-11Z_door_anomaly_3f2a1b7c/ */
const folderOf = ({ id, camera, kind, startAt }: Alert): string =>
  `${new Date(startAt).toISOString().replace(/\.\d+/, '').replaceAll(':', '-')}_${camera}_${kind}_${id.slice(0, 8)}/`;

/**
 * A ZIP file of alerts, each in a folder of its own unless there is one only. It is made as it is read: one file is open at
 * a time, and none when the reader goes away. Files that are gone meanwhile are left out.
 */
export const alertArchive = (
  alerts: readonly Alert[],
  filesOf: (id: string) => Record<AlertFile, string>,
): NodeJS.ReadableStream => {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as Readable;
  const leaving = new AbortController();
  output.once('close', () => leaving.abort());
  const add = async (file: string, name: string, mtime: Date): Promise<void> => {
    const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!handle) return;
    const stream = handle.createReadStream();
    try {
      const closed = once(stream, 'close', { signal: leaving.signal });
      zip.addReadStream(stream, name, { mtime, compress: !isPacked(name) });
      await closed;
    } finally {
      stream.destroy();
    }
  };
  const fill = async (): Promise<void> => {
    for (const alert of alerts) {
      const folder = alerts.length === 1 ? '' : folderOf(alert);
      const mtime = new Date(alert.startAt);
      zip.addBuffer(Buffer.from(`${JSON.stringify(alert, null, 2)}\n`), `${folder}alert.json`, { mtime });
      const files = filesOf(alert.id);
      for (const [what, name] of entries) await add(files[what], folder + name, mtime);
    }
    zip.end();
  };
  const fail = (error: unknown): void => void output.destroy(error instanceof Error ? error : new Error(String(error)));
  zip.on('error', fail);
  fill().catch((error: unknown) => {
    if (!leaving.signal.aborted) fail(error);
  });
  return output;
};
