import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import Database from 'libsql';

import { StoreError } from '../core/errors.ts';
import type { Alert } from '../core/status.ts';
import { footageChunks } from './footage-file.ts';
import type { AlertFootage } from './footage-file.ts';
import { writeWhole } from './write-whole.ts';

/** How much footage is kept of each camera: of the newest so many alerts, and at most so many bytes. */
export interface FootageLimits {
  readonly alerts: number;
  readonly bytes: number;
}

export const footageLimits: FootageLimits = { alerts: 200, bytes: 1024 ** 3 };

const normalAlerts =
  "SELECT id FROM alert WHERE camera = ? AND footage_bytes > 0 AND verdict = 'normal' ORDER BY start_at";

/**
 * What `AlertStore.normalFootage` gives, without opening the store: another process may be using it, and to open it closes
 * the alerts that are going on. Nothing where there is no store. Throws StoreError('unreadable').
 */
export const normalFootageIn = (folder: string, camera: string): string[] => {
  const file = path.resolve(folder, 'alerts.db');
  if (!existsSync(file)) return [];
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { timeout: busyMs });
    const ids = database.prepare(normalAlerts).pluck().all(camera) as string[];
    return ids.map((id) => path.resolve(folder, 'footage', `${id}.frames`)).filter((each) => existsSync(each));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError('unreadable', `${file}: cannot find normal footage: ${reason}`, { cause });
  } finally {
    database?.close();
  }
};

/** Another process that holds the database is waited for so long. */
const busyMs = 2000;

/** The footage of alerts, in FOLDER/ID.frames; the table of alerts says of which ones there is any. */
export class FootageStore {
  readonly #folder: string;
  readonly #mark: Database.Statement;
  readonly #surplus: Database.Statement;
  readonly #normal: Database.Statement;
  readonly #limits: FootageLimits;

  /** Opens or makes the folder, and removes what a crash left in it. */
  constructor(database: Database.Database, folder: string, limits: FootageLimits) {
    this.#folder = folder;
    this.#limits = limits;
    mkdirSync(folder, { recursive: true });
    this.#mark = database.prepare('UPDATE alert SET footage_bytes = ? WHERE id = ?');
    this.#normal = database.prepare(normalAlerts).pluck();
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
    writeWhole(this.#path(id), chunks);
    this.#mark.run(
      chunks.reduce((sum, { length }) => sum + length, 0),
      id,
    );
    for (const surplus of this.#surplus.all(camera, this.#limits.alerts, this.#limits.bytes) as string[]) {
      this.#mark.run(0, surplus);
      rmSync(this.#path(surplus), { force: true });
    }
  }

  /** Absolute paths of the footage that was judged normal, oldest first. */
  normal(camera: string): string[] {
    return (this.#normal.all(camera) as string[]).map((id) => this.#path(id)).filter((file) => existsSync(file));
  }

  #path(id: string): string {
    return path.join(this.#folder, `${id}.frames`);
  }
}
