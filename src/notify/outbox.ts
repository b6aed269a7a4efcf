import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import Database from 'libsql';

import { StoreError } from '../core/errors.ts';
import type { DeadLetter } from '../core/notification.ts';
import type { Alert } from '../core/status.ts';
import { notificationId } from './notification.ts';
import type { NotificationEvent } from './notification.ts';
import { schema, version } from './outbox-schema.ts';

/** A notification that waits for its delivery. */
export interface Notification {
  /** Its place in the order of all notifications. */
  readonly seq: number;
  /** The same at every attempt. */
  readonly id: string;
  readonly event: NotificationEvent;
  readonly alert: Alert;
  /** Milliseconds since the epoch. */
  readonly queuedAt: number;
  /** How often it was tried. */
  readonly attempts: number;
}

export interface OutboxLimits {
  /** Most notifications that wait for one notifier; the oldest becomes a dead letter. */
  readonly pending: number;
  /** Most dead letters of one notifier; the oldest is discarded. */
  readonly dead: number;
  /** What waited longer becomes a dead letter, milliseconds. What was delivered is remembered for twice as long. */
  readonly ageMs: number;
}

export const outboxLimits: OutboxLimits = { pending: 10_000, dead: 10_000, ageMs: 7 * 86_400_000 };

/** How many notifications left the outbox undelivered. */
export interface Losses {
  readonly dead: number;
  readonly discarded: number;
}

/** The notifications of all notifiers, in FOLDER/notify.db (SQLite). Every method throws StoreError. */
export interface Outbox {
  /** Random, made with the file. */
  readonly instance: string;
  /** Since when a notifier is known; older alerts are none of its business. Milliseconds since the epoch. */
  readonly since: (notifier: string) => number;
  /**
   * Queues a notification unless it was queued before, delivered ones included. When it returns, the notification
   * survives a kill -9 of the process. Tells whether it is new, and what made room for it.
   */
  add(notifier: string, event: NotificationEvent, alert: Alert, now: number): Losses & { readonly isNew: boolean };
  /** What has been due for the longest, at most `limit`, each without an older one of the same alert waiting before it. */
  due(notifier: string, now: number, limit: number): Notification[];
  /** When the next one is due; undefined when none waits. */
  nextDueAt(notifier: string): number | undefined;
  delivered(seq: number, now: number): void;
  /** Everything that waits for a later attempt is due now. */
  hasten(notifier: string, now: number): void;
  postpone(seq: number, dueAt: number, message: string): void;
  giveUp(seq: number, message: string, now: number): Losses;
  /** Gives up what waited too long, and forgets what was delivered long ago. */
  expire(notifier: string, now: number): Losses;
  count(notifier: string): { readonly pending: number; readonly dead: number };
  /** The newest `limit`, newest first. */
  deadLetters(limit: number): DeadLetter[];
  /** Queues a dead letter again; undefined when there is none of a present notifier, else its name. */
  retry(seq: number, now: number): string | undefined;
  /** Tells whether there was such a dead letter. */
  remove(seq: number): boolean;
  /** Topics whose retained messages a broker holds for this notifier. */
  topics(notifier: string): string[];
  addTopic(notifier: string, topic: string): void;
  removeTopic(notifier: string, topic: string): void;
  close(): void;
}

const busyMs = 2000;
const removedMessage = 'this notifier was removed from the pipeline file';

/**
 * Opens or makes the outbox of these notifiers, for one process at a time. What waits for a notifier that is no longer
 * among them becomes a dead letter. Throws StoreError('unreadable') naming the file.
 */
export const openOutbox = (
  folder: string,
  notifiers: readonly string[],
  { now = Date.now(), limits = outboxLimits } = {},
): Outbox => {
  const file = path.resolve(folder, 'notify.db');
  const attempt = <T>(code: StoreError['code'], what: string, run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StoreError(code, `${file}: cannot ${what}: ${reason}`, { cause });
    }
  };
  const write = <T>(what: string, run: () => T): T => attempt('write-failed', what, run);
  const read = <T>(what: string, run: () => T): T => attempt('unreadable', what, run);
  const database = attempt('unreadable', 'open the outbox', () => {
    mkdirSync(folder, { recursive: true });
    return prepare(file);
  });
  const rows = <Row>(sql: string) => {
    const statement = database.prepare(sql);
    return (...values: unknown[]): Row[] => statement.all(...values) as Row[];
  };
  const insert = rows(
    `INSERT INTO message (notifier, id, alert, event, body, queued_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (notifier, id) DO NOTHING RETURNING seq`,
  );
  // The states stand in the text: with a parameter no partial index would be used.
  const countIn = (state: string): ((notifier: string) => number) => {
    const count = rows<{ n: number }>(`SELECT count(*) AS n FROM message WHERE notifier = ? AND state = '${state}'`);
    return (notifier) => count(notifier)[0]?.n ?? 0;
  };
  const pendingOf = countIn('pending');
  const deadOf = countIn('dead');
  const giveUp = rows(
    "UPDATE message SET state = 'dead', error = ?, settled_at = ? WHERE seq = ? AND state = 'pending' RETURNING seq",
  );
  const giveUpOldest = rows(
    `UPDATE message SET state = 'dead', error = ?, settled_at = ? WHERE seq IN
     (SELECT seq FROM message WHERE notifier = ? AND state = 'pending' ORDER BY seq LIMIT ?) RETURNING seq`,
  );
  const giveUpOld = rows(
    `UPDATE message SET state = 'dead', error = ?, settled_at = ?
     WHERE notifier = ? AND state = 'pending' AND queued_at < ? RETURNING seq`,
  );
  const discardOldest = rows(
    `UPDATE message SET state = 'done', body = '' WHERE seq IN
     (SELECT seq FROM message WHERE notifier = ? AND state = 'dead' ORDER BY settled_at, seq LIMIT ?) RETURNING seq`,
  );
  const notifierOf = rows<{ notifier: string }>('SELECT notifier FROM message WHERE seq = ?');
  const forget = rows("DELETE FROM message WHERE state = 'done' AND settled_at < ? RETURNING seq");
  const isFirstOfAlert = `NOT EXISTS
    (SELECT 1 FROM message AS e WHERE e.notifier = m.notifier AND e.alert = m.alert AND e.state = 'pending' AND e.seq < m.seq)`;
  const due = rows<MessageRow>(
    `SELECT * FROM message AS m WHERE notifier = ? AND state = 'pending' AND due_at <= ? AND ${isFirstOfAlert}
     ORDER BY due_at, seq LIMIT ?`,
  );
  const hasten = rows(
    "UPDATE message SET due_at = ? WHERE notifier = ? AND state = 'pending' AND due_at > ? RETURNING seq",
  );
  const nextDue = rows<{ due_at: number }>(
    `SELECT due_at FROM message AS m WHERE notifier = ? AND state = 'pending' AND ${isFirstOfAlert} ORDER BY due_at LIMIT 1`,
  );
  const deliver = rows(
    "UPDATE message SET state = 'done', body = '', error = '', settled_at = ? WHERE seq = ? RETURNING seq",
  );
  const postpone = rows(
    'UPDATE message SET attempts = attempts + 1, due_at = ?, error = ? WHERE seq = ? RETURNING seq',
  );
  const dead = rows<MessageRow>(
    "SELECT * FROM message WHERE state = 'dead' ORDER BY settled_at DESC, seq DESC LIMIT ?",
  );
  const revive = rows<{ notifier: string }>(
    `UPDATE message SET state = 'pending', attempts = 0, queued_at = ?, due_at = ?, settled_at = NULL
     WHERE seq = ? AND state = 'dead' AND notifier IN (SELECT name FROM notifier) RETURNING notifier`,
  );
  const remove = rows("UPDATE message SET state = 'done', body = '' WHERE seq = ? AND state = 'dead' RETURNING seq");
  const sinceOf = rows<{ since: number }>('SELECT since FROM notifier WHERE name = ?');
  const topics = rows<{ topic: string }>('SELECT topic FROM topic WHERE notifier = ?');
  const addTopic = rows('INSERT INTO topic (notifier, topic) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING topic');
  const removeTopic = rows('DELETE FROM topic WHERE notifier = ? AND topic = ? RETURNING topic');
  const instanceOf = rows<{ id: string }>('SELECT id FROM instance');

  /** Counts and cuts the dead letters of a notifier after `dead` more. */
  const lossesOf = (notifier: string, died: number): Losses => {
    const excess = died === 0 ? 0 : deadOf(notifier) - limits.dead;
    return { dead: died, discarded: excess > 0 ? discardOldest(notifier, excess).length : 0 };
  };

  const instance = write('prepare the outbox', () =>
    database.transaction(() => {
      for (const { name } of rows<{ name: string }>('SELECT name FROM notifier')())
        if (!notifiers.includes(name)) {
          rows('DELETE FROM notifier WHERE name = ? RETURNING name')(name);
          lossesOf(name, giveUpOldest(removedMessage, now, name, -1).length);
        }
      const know = rows('INSERT INTO notifier (name, since) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING name');
      for (const name of notifiers) know(name, now);
      const id = instanceOf()[0]?.id ?? randomUUID();
      rows('INSERT INTO instance (only, id) VALUES (1, ?) ON CONFLICT DO NOTHING RETURNING id')(id);
      return id;
    })(),
  );

  return {
    instance,
    since: (notifier) => read('read the notifiers', () => sinceOf(notifier)[0]?.since ?? Infinity),
    add: (notifier, event, alert, at) =>
      write(`queue alert ${alert.id} for ${notifier}`, () =>
        database.transaction(() => {
          const id = notificationId(alert, event);
          const isNew = insert(notifier, id, alert.id, event, JSON.stringify(alert), at, at).length > 0;
          const excess = isNew ? pendingOf(notifier) - limits.pending : 0;
          const message = `more than ${limits.pending} notifications waited for ${notifier}`;
          const died = excess > 0 ? giveUpOldest(message, at, notifier, excess).length : 0;
          return { isNew, ...lossesOf(notifier, died) };
        })(),
      ),
    due: (notifier, at, limit) => read('read what is due', () => due(notifier, at, limit).map(notificationOf)),
    nextDueAt: (notifier) => read('read what is due', () => nextDue(notifier)[0]?.due_at),
    hasten: (notifier, at) => void write('hasten deliveries', () => hasten(at, notifier, at)),
    delivered: (seq, at) => void write('note a delivery', () => deliver(at, seq)),
    postpone: (seq, dueAt, message) => void write('postpone a delivery', () => postpone(dueAt, message, seq)),
    giveUp: (seq, message, at) =>
      write('give up a delivery', () =>
        database.transaction(() => {
          const notifier = notifierOf(seq)[0]?.notifier ?? '';
          return lossesOf(notifier, giveUp(message, at, seq).length);
        })(),
      ),
    expire: (notifier, at) =>
      write('give up what is too old', () =>
        database.transaction(() => {
          forget(at - 2 * limits.ageMs);
          const message = `it waited for more than ${Math.round(limits.ageMs / 3_600_000)} hours`;
          return lossesOf(notifier, giveUpOld(message, at, notifier, at - limits.ageMs).length);
        })(),
      ),
    count: (notifier) => read('count', () => ({ pending: pendingOf(notifier), dead: deadOf(notifier) })),
    deadLetters: (limit) => read('list dead letters', () => dead(limit).map(deadLetterOf)),
    retry: (seq, at) => write('queue a dead letter again', () => revive(at, at, seq)[0]?.notifier),
    remove: (seq) => write('remove a dead letter', () => remove(seq).length > 0),
    topics: (notifier) => read('list topics', () => topics(notifier).map(({ topic }) => topic)),
    addTopic: (notifier, topic) => void write('note a topic', () => addTopic(notifier, topic)),
    removeTopic: (notifier, topic) => void write('forget a topic', () => removeTopic(notifier, topic)),
    close: () => void database.close(),
  };
};

interface MessageRow {
  readonly seq: number;
  readonly notifier: string;
  readonly id: string;
  readonly event: NotificationEvent;
  readonly body: string;
  readonly queued_at: number;
  readonly attempts: number;
  readonly error: string;
  readonly settled_at: number | null;
}

const notificationOf = ({ seq, id, event, body, queued_at, attempts }: MessageRow): Notification => ({
  seq,
  id,
  event,
  alert: JSON.parse(body) as Alert,
  queuedAt: queued_at,
  attempts,
});

const deadLetterOf = ({ seq, notifier, body, attempts, error, settled_at }: MessageRow): DeadLetter => ({
  id: seq,
  notifier,
  alert: JSON.parse(body) as Alert,
  attempts,
  message: error,
  at: settled_at ?? 0,
});

/** WAL with synchronous NORMAL: a commit survives the death of the process; a power cut may lose the last ones. */
const prepare = (file: string): Database.Database => {
  const database = new Database(file, { timeout: busyMs });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const found = Number(database.prepare('PRAGMA user_version').pluck().all()[0]);
    if (found > version)
      throw new StoreError(
        'unreadable',
        `${file}: a newer Nightjar wrote this outbox (version ${found}, expected at most ${version}). Update Nightjar, or set another storage folder.`,
      );
    if (found < version) database.exec(`BEGIN; ${schema} PRAGMA user_version = ${version}; COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};
