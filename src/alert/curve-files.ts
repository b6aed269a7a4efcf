import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { StoreError } from '../core/errors.ts';
import { alertFile } from './alert-files.ts';
import type { AlertFile } from './alert-files.ts';
import type { ScorePoint } from './score-curve.ts';
import { writeWhole } from './write-whole.ts';

/** The cells of an anomaly map, row by row, 0..255; 128 is the threshold of a cell. */
export interface Heatmap {
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
}

/** The scores around an alert, and the heat map at its peak, where there is one. */
export interface AlertCurve {
  readonly points: ScorePoint[];
  readonly heatmap?: Heatmap;
}

type Files = Readonly<Record<Extract<AlertFile, 'scores' | 'heatmap'>, string>>;

const writeJson = (file: string, value: unknown): void => writeWhole(file, [Buffer.from(JSON.stringify(value))]);

const readJson = (file: string): unknown => {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new StoreError('unreadable', `${file}: this is no JSON`, { cause });
  }
};

/** Throws the file system's error. */
export const saveCurve = ({ scores, heatmap }: Files, curve: AlertCurve): void => {
  writeJson(scores, { points: curve.points });
  if (curve.heatmap) writeJson(heatmap, curve.heatmap);
};

/** No points when none were kept, and no heat map. Throws StoreError('unreadable') naming a file that is damaged. */
export const readCurve = ({ scores, heatmap }: Files): AlertCurve => {
  const kept = readJson(heatmap) as Heatmap | undefined;
  const { points } = (readJson(scores) ?? { points: [] }) as Pick<AlertCurve, 'points'>;
  return { points, ...(kept && { heatmap: kept }) };
};

/**
 * Makes the folders of what is kept of alerts in video and scores, in that of the alerts, and gives that of the clips.
 * Removes what a crash left there: files that are unfinished, and clips that their alert does not know of.
 */
export const prepareMedia = (alerts: string, hasClip: (id: string) => boolean): string => {
  const folderOf = (what: AlertFile): string => path.resolve(path.dirname(alertFile(alerts, what, '')));
  const clear = (folder: string, isLeft: (name: string) => boolean): void => {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder).filter(isLeft)) rmSync(path.join(folder, name));
  };
  for (const what of ['scores', 'heatmap'] as const) clear(folderOf(what), (name) => name.endsWith('.tmp'));
  clear(folderOf('clip'), (name) => {
    const [, id] = /^([^.].*)\.mp4$/.exec(name) ?? [];
    return name.startsWith('.') || (id !== undefined && !hasClip(id));
  });
  return folderOf('clip');
};
