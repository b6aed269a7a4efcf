import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';

import Database from 'libsql';

import { StoreError } from '../core/errors.ts';
import { migrate } from './migrate.ts';
import type { UserRole } from './role.ts';

export interface User {
  readonly name: string;
  readonly role: UserRole;
  readonly createdAt: number;
}

/** Who a session or a token stands for at this moment. */
export interface Holder {
  readonly user: string;
  /** Of a token: the lesser of its own and its user's. */
  readonly role: UserRole;
  /** Changes when the user's role or password does. */
  readonly version: number;
  /** Of a session: its last use that was written down; of a token undefined before the first one. */
  readonly seenAt: number | undefined;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly createdAt: number;
  /** Null: it does not end by itself. */
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
}

/** A session that was not used since `seenAfter`, or began before `createdAfter`, is over. */
export interface SessionLimits {
  readonly seenAfter: number;
  readonly createdAfter: number;
}

/** Users, sessions and API tokens. Every change is there when its function returns; any function may throw StoreError. */
export type AuthStore = ReturnType<typeof openAuthStore>;

/** A user's oldest sessions go when there are more. */
const sessionsOfUser = 50;
/** Another process that holds the database is waited for so long before a call fails. */
const busyMs = 2000;

/** Where a pipeline's users are. */
export const authFile = (storage: string): string => path.join(storage, 'auth.db');

/**
 * Opens or makes the database (SQLite), which only its owner may read; ':memory:' is forgotten when it is closed. `nightjar
 * users` and a running Nightjar may have a file open at once. Throws StoreError('unreadable') naming the file.
 */
export const openAuthStore = (file: string) => {
  const attempt = <T>(run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StoreError('unreadable', `${file}: cannot use the database of users: ${reason}`, { cause });
    }
  };
  const database = attempt(() => open(file));
  const all = (statement: Database.Statement, ...values: unknown[]): Record<string, unknown>[] =>
    attempt(() => statement.all(...values) as Record<string, unknown>[]);
  const run = (statement: Database.Statement, ...values: unknown[]): void =>
    attempt(() => void statement.run(...values));
  const changes = (statement: Database.Statement, ...values: unknown[]): boolean =>
    all(statement, ...values).length > 0;
  const sql = attempt(() => statementsOf(database));

  return {
    users: (): User[] => all(sql.users) as unknown as User[],
    hasUsers: (): boolean => changes(sql.users),
    /** In the PHC string format; undefined when nobody has that name. */
    passwordOf: (name: string): string | undefined =>
      all(sql.passwordOf, name).map(({ password }) => String(password))[0],
    /** False when there is one of that name. */
    addUser: (name: string, role: UserRole, password: string, now: number): boolean =>
      changes(sql.addUser, name, role, password, now),
    /** False when there is none of that name, or it would leave no admin. Ends the user's sessions and tokens. */
    removeUser: (name: string): boolean => changes(sql.removeUser, name),
    /** As removeUser, but its tokens stay. */
    setRole: (name: string, role: UserRole): boolean => changes(sql.setRole, role, name, role),
    /** False when there is none of that name. Ends the user's sessions. */
    setPassword: (name: string, password: string): boolean => changes(sql.setPassword, password, name),

    addSession: (digest: string, user: string, now: number): void => {
      run(sql.addSession, digest, user, now, now);
      run(sql.trimSessions, user, user, sessionsOfUser);
    },
    session: (digest: string, { seenAfter, createdAfter }: SessionLimits): Holder | undefined =>
      all(sql.session, digest, seenAfter, createdAfter)[0] as unknown as Holder | undefined,
    sawSession: (digest: string, now: number): void => run(sql.sawSession, now, digest),
    removeSession: (digest: string): boolean => changes(sql.removeSession, digest),
    removeExpired: ({ seenAfter, createdAfter }: SessionLimits, now: number): void => {
      run(sql.removeOldSessions, seenAfter, createdAfter);
      run(sql.removeOldTokens, now);
    },

    tokens: (user: string): Token[] => all(sql.tokens, user) as unknown as Token[],
    addToken: (digest: string, user: string, token: Omit<Token, 'usedAt'>): void => {
      const { id, name, role, createdAt, expiresAt } = token;
      run(sql.addToken, id, digest, user, name, role, createdAt, expiresAt);
    },
    /** A token that has not expired, with the role of the token; its user's is in `userRole`. */
    token: (digest: string, now: number): (Holder & { readonly userRole: UserRole }) | undefined =>
      all(sql.token, digest, now)[0] as unknown as (Holder & { readonly userRole: UserRole }) | undefined,
    sawToken: (digest: string, now: number): void => run(sql.sawToken, now, digest),
    /** False when the user has none of that id. */
    removeToken: (user: string, id: string): boolean => changes(sql.removeToken, user, id),
    close: (): void => void database.close(),
  };
};

const open = (file: string): Database.Database => {
  if (file !== ':memory:') {
    mkdirSync(path.dirname(file), { recursive: true });
    // SQLite gives its -wal and -shm files the mode of the database.
    closeSync(openSync(file, 'a', 0o600));
  }
  const database = new Database(file, { timeout: busyMs });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
    migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

/** One statement each, so that two processes cannot come between a check and its change. */
const statementsOf = (database: Database.Database) => {
  const othersAreAdmin = `EXISTS (SELECT 1 FROM user AS other WHERE other.role = 'admin' AND other.name <> user.name)`;
  return {
    users: database.prepare('SELECT name, role, created_at AS createdAt FROM user ORDER BY name'),
    passwordOf: database.prepare('SELECT password FROM user WHERE name = ?'),
    addUser: database.prepare(
      `INSERT INTO user (name, role, password, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING name`,
    ),
    removeUser: database.prepare(
      `DELETE FROM user WHERE name = ? AND (role <> 'admin' OR ${othersAreAdmin}) RETURNING name`,
    ),
    setRole: database.prepare(
      `UPDATE user SET role = ? WHERE name = ? AND (role <> 'admin' OR ? = 'admin' OR ${othersAreAdmin}) RETURNING name`,
    ),
    setPassword: database.prepare('UPDATE user SET password = ? WHERE name = ? RETURNING name'),
    addSession: database.prepare('INSERT INTO session (digest, user, created_at, seen_at) VALUES (?, ?, ?, ?)'),
    trimSessions: database.prepare(
      `DELETE FROM session WHERE user = ? AND digest NOT IN
       (SELECT digest FROM session WHERE user = ? ORDER BY created_at DESC, rowid DESC LIMIT ?)`,
    ),
    session: database.prepare(
      `SELECT session.user, user.role, user.version, session.seen_at AS seenAt FROM session
       JOIN user ON user.name = session.user WHERE digest = ? AND seen_at > ? AND session.created_at > ?`,
    ),
    sawSession: database.prepare('UPDATE session SET seen_at = ? WHERE digest = ?'),
    removeSession: database.prepare('DELETE FROM session WHERE digest = ? RETURNING digest'),
    removeOldSessions: database.prepare('DELETE FROM session WHERE seen_at <= ? OR created_at <= ?'),
    removeOldTokens: database.prepare('DELETE FROM token WHERE expires_at <= ?'),
    tokens: database.prepare(
      `SELECT id, name, role, created_at AS createdAt, expires_at AS expiresAt, used_at AS usedAt FROM token
       WHERE user = ? ORDER BY created_at, rowid`,
    ),
    addToken: database.prepare(
      'INSERT INTO token (id, digest, user, name, role, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    token: database.prepare(
      `SELECT token.user, token.role, user.role AS userRole, user.version, token.used_at AS seenAt FROM token
       JOIN user ON user.name = token.user WHERE digest = ? AND (expires_at IS NULL OR expires_at > ?)`,
    ),
    sawToken: database.prepare('UPDATE token SET used_at = ? WHERE digest = ?'),
    removeToken: database.prepare('DELETE FROM token WHERE user = ? AND id = ? RETURNING id'),
  };
};
