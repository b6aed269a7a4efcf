import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { Alert } from '../core/status.ts';
import { StoreError } from '../core/errors.ts';
import { writeWholeSync } from '../files/write-whole.ts';
import { alertFile } from './alert-files.ts';
import type { ScorePoint } from './score-curve.ts';

/** The cells of an anomaly map, row by row, 0..255; 128 is the threshold of a cell. */
export interface Heatmap {
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
}

/** The scores around an alert, and the heat map at its peak, where there is one. */
export interface AlertCurve {
  readonly points: readonly ScorePoint[];
  readonly heatmap?: Heatmap;
}

type Id = Pick<Alert, 'id'>;

/** What is kept beside the snapshots: FOLDER/clips/ID.mp4 and FOLDER/curves/ID.json. Ids must be those of recorded alerts. */
export class AlertMediaFiles {
  /** Where clips belong; names that begin with a dot are of unfinished ones. */
  readonly clips: string;
  readonly #curves: string;
  readonly #folder: string;

  /** Makes the folders, and removes what a crash left: unfinished files, and clips of alerts that do not say they have one. */
  constructor(folder: string, hasClip: (id: string) => boolean) {
    this.#folder = path.resolve(folder);
    this.clips = path.resolve(folder, 'clips');
    this.#curves = path.resolve(folder, 'curves');
    for (const each of [this.clips, this.#curves]) mkdirSync(each, { recursive: true });
    for (const name of readdirSync(this.clips)) {
      const [, id] = /^([^.].*)\.mp4$/.exec(name) ?? [];
      if (name.startsWith('.') || (id !== undefined && !hasClip(id))) rmSync(path.join(this.clips, name));
    }
    for (const name of readdirSync(this.#curves)) if (name.endsWith('.tmp')) rmSync(path.join(this.#curves, name));
  }

  /** The absolute path of the alert's clip, undefined when there is none. */
  clip({ id }: Id): string | undefined {
    const file = this.#clipPath(id);
    return existsSync(file) ? file : undefined;
  }

  #clipPath(id: string): string {
    return alertFile(this.#folder, 'clip', id);
  }

  /** Removes a clip whose alert is gone. */
  removeClip({ id }: Id): void {
    rmSync(this.#clipPath(id), { force: true });
  }

  /** The absolute path of the alert's scores and heat map. */
  curvePath({ id }: Id): string {
    return alertFile(this.#folder, 'curve', id);
  }

  /** Throws the file system's error. */
  saveCurve(alert: Id, curve: AlertCurve): void {
    writeWholeSync(this.curvePath(alert), [Buffer.from(JSON.stringify(curve))]);
  }

  /** No points when nothing was kept. Throws StoreError('unreadable') naming a file that is damaged. */
  readCurve(alert: Id): AlertCurve {
    const file = this.curvePath(alert);
    if (!existsSync(file)) return { points: [] };
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as AlertCurve;
    } catch (cause) {
      throw new StoreError('unreadable', `${file}: cannot read the scores of alert ${alert.id}`, { cause });
    }
  }
}
