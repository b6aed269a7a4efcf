import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import type Database from 'libsql';

import type { Alert } from '../core/status.ts';
import { writeWholeSync } from '../files/write-whole.ts';
import { footageChunks } from './footage-file.ts';
import type { AlertFootage } from './footage-file.ts';

/** How much footage is kept of each camera: of the newest so many alerts, and at most so many bytes. */
export interface FootageLimits {
  readonly alerts: number;
  readonly bytes: number;
}

export const footageLimits: FootageLimits = { alerts: 200, bytes: 1024 ** 3 };

const footageFile = (folder: string, id: string): string => path.join(folder, `${id}.frames`);

/** Paths of the footage in `folder` that was judged normal, oldest first. */
export const normalFootage = (database: Database.Database, folder: string, camera: string): string[] => {
  const ids = database
    .prepare("SELECT id FROM alert WHERE camera = ? AND footage_bytes > 0 AND verdict = 'normal' ORDER BY start_at")
    .pluck()
    .all(camera) as string[];
  return ids.map((id) => footageFile(folder, id)).filter((file) => existsSync(file));
};

/** The footage of alerts, in FOLDER/ID.frames; the table of alerts says of which ones there is any. */
export class FootageStore {
  readonly #folder: string;
  readonly #mark: Database.Statement;
  readonly #surplus: Database.Statement;
  readonly #limits: FootageLimits;

  /** Opens or makes the folder, and removes what a crash left in it. */
  constructor(database: Database.Database, folder: string, limits: FootageLimits) {
    this.#folder = folder;
    this.#limits = limits;
    mkdirSync(folder, { recursive: true });
    this.#mark = database.prepare('UPDATE alert SET footage_bytes = ?, file_bytes = NULL WHERE id = ?');
    // Alerts that were real come last and take no place from the others.
    this.#surplus = database
      .prepare(
        `SELECT id FROM (
           SELECT id, verdict, row_number() OVER newest AS place, sum(footage_bytes) OVER newest AS bytes
           FROM alert WHERE camera = ? AND footage_bytes > 0
           WINDOW newest AS (ORDER BY verdict IS 'real', start_at DESC ROWS UNBOUNDED PRECEDING))
         WHERE verdict IS 'real' OR place > ? OR bytes > ?`,
      )
      .pluck();
    const known = new Set(database.prepare('SELECT id FROM alert WHERE footage_bytes > 0').pluck().all());
    for (const name of readdirSync(folder)) {
      const [, id] = /^(.+)\.frames(\.tmp)?$/.exec(name) ?? [];
      if (id !== undefined && !(known.has(id) && name === `${id}.frames`)) rmSync(path.join(folder, name));
    }
  }

  /** Writes or replaces the footage of a recorded alert, and removes what the camera has beyond the limits. */
  save({ id, camera }: Pick<Alert, 'id' | 'camera'>, footage: AlertFootage): void {
    const chunks = footageChunks(footage);
    writeWholeSync(footageFile(this.#folder, id), chunks);
    this.#mark.run(
      chunks.reduce((sum, { length }) => sum + length, 0),
      id,
    );
    for (const surplus of this.#surplus.all(camera, this.#limits.alerts, this.#limits.bytes) as string[]) {
      this.#mark.run(0, surplus);
      rmSync(footageFile(this.#folder, surplus), { force: true });
    }
  }
}
