import { randomUUID } from 'node:crypto';

import { AuthError } from '../core/errors.ts';
import type { AuthStore, Holder, SessionLimits, Token } from './auth-store.ts';
import type { Passwords } from './passwords.ts';
import { leastOf, type UserRole } from './role.ts';
import { digestOf, newSecret } from './secret.ts';
import { Watched } from './watched.ts';

/** What came with a request. */
export interface Credentials {
  /** The value of the session cookie. */
  readonly session?: string | undefined;
  /** What follows `Bearer ` in the Authorization header. */
  readonly bearer?: string | undefined;
}

/** Who asks. */
export interface Identity {
  /** Undefined where nobody needs to log in, and did not. */
  readonly user: string | undefined;
  readonly role: UserRole;
  /** Digest of what says so. */
  readonly session?: string;
  readonly token?: string;
  readonly version?: number;
}

export interface AccessOptions {
  /** Whether nobody needs to log in, and everybody may do everything. */
  readonly isOpen: boolean;
  readonly sessionIdleMs: number;
  readonly sessionMaxMs: number;
  readonly now?: () => number;
  /** Told when the connections in use could not be checked. */
  readonly onError?: (error: unknown) => void;
}

/** The use of a session or token is written down at most so often. */
const seenEveryMs = 60_000;
/** Tokens a user may have. */
const tokensOfUser = 100;

/** Says who may look: log-ins, sessions, API tokens, and the ends of connections whose session ends. */
export class Access {
  readonly isOpen: boolean;
  readonly sessionMaxMs: number;
  readonly #store: AuthStore;
  readonly #passwords: Passwords;
  readonly #options: AccessOptions;
  readonly #now: () => number;
  readonly #watched: Watched<Identity>;
  #expiredAt = 0;

  constructor(store: AuthStore, passwords: Passwords, options: AccessOptions) {
    this.isOpen = options.isOpen;
    this.sessionMaxMs = options.sessionMaxMs;
    this.#store = store;
    this.#passwords = passwords;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#watched = new Watched((identity) => this.#isStill(identity));
  }

  /** Undefined when it is nobody known. A wrong token is nobody, even with a good session beside it. */
  identify({ session, bearer }: Credentials): Identity | undefined {
    const known = bearer !== undefined ? this.#holderOfToken(bearer) : this.#holderOfSession(session);
    if (!this.isOpen) return known;
    return { ...known, user: known?.user, role: 'admin' };
  }

  /** A new session: its secret goes into a cookie and nowhere else. Throws AuthError('wrong-credentials', 'too-many-attempts'). */
  async logIn(name: string, password: string): Promise<{ readonly identity: Identity; readonly session: string }> {
    await this.checkPassword(name, password);
    const session = newSecret();
    this.#store.addSession(digestOf(session), name, this.#now());
    const identity = this.#holderOfSession(session);
    if (!identity) throw wrongCredentials();
    return { identity, session };
  }

  /** Throws AuthError('wrong-credentials', 'too-many-attempts'). */
  async checkPassword(name: string, password: string): Promise<void> {
    const hashed = this.#store.passwordOf(name);
    const isRight = await this.#passwords.verify(password, hashed);
    // It may have been changed, or its user removed, during those milliseconds.
    if (!isRight || this.#store.passwordOf(name) !== hashed) throw wrongCredentials();
  }

  logOut({ session }: Identity): void {
    if (session === undefined) return;
    this.#store.removeSession(session);
    this.check();
  }

  /** Calls back once when the identity is not (that) any more; call what is returned to hear nothing. */
  watch(identity: Identity, onEnd: () => void): () => void {
    return this.#watched.add(identity, onEnd);
  }

  /**
   * Ends what is no more valid and counts open connections as use of their session. Call every few seconds: `nightjar users`
   * changes the database too.
   */
  check(): void {
    try {
      const now = this.#now();
      if (now - this.#expiredAt > seenEveryMs) {
        this.#expiredAt = now;
        this.#store.removeExpired(this.#limits, now);
      }
      this.#watched.check();
    } catch (error) {
      this.#options.onError?.(error);
    }
  }

  users = () => this.#store.users();

  /** Throws AuthError('user-exists', 'too-many-attempts'). */
  async addUser(name: string, role: UserRole, password: string): Promise<void> {
    const hashed = await this.#passwords.hash(password);
    if (!this.#store.addUser(name, role, hashed, this.#now()))
      throw new AuthError('user-exists', `There is a user ${JSON.stringify(name)} already.`);
  }

  /** Ends the user's sessions and connections. Throws AuthError('unknown-user', 'last-admin', 'too-many-attempts'). */
  async changeUser(name: string, change: { readonly role?: UserRole; readonly password?: string }): Promise<void> {
    const hashed = change.password === undefined ? undefined : await this.#passwords.hash(change.password);
    if (change.role !== undefined && !this.#store.setRole(name, change.role)) throw this.#whyNot(name);
    if (hashed !== undefined && !this.#store.setPassword(name, hashed)) throw this.#whyNot(name);
    this.check();
  }

  /** Ends its sessions, tokens and connections. Throws AuthError('unknown-user', 'last-admin'). */
  removeUser(name: string): void {
    if (!this.#store.removeUser(name)) throw this.#whyNot(name);
    this.check();
  }

  tokens = (user: string) => this.#store.tokens(user);

  /**
   * A new API token of the user. It may do no more than `role`, nor than its user may at any later moment. The secret is
   * given this once. Throws AuthError('too-many-tokens', 'unknown-user').
   */
  addToken(
    user: string,
    { name, role, days }: { readonly name: string; readonly role?: UserRole; readonly days?: number },
  ): { readonly token: Token; readonly secret: string } {
    const owner = this.#store.users().find((other) => other.name === user);
    if (!owner) throw unknownUser(user);
    if (this.#store.tokens(user).length >= tokensOfUser)
      throw new AuthError('too-many-tokens', `${user} has ${tokensOfUser} tokens already; remove one first.`);
    const secret = newSecret();
    const createdAt = this.#now();
    const expiresAt = days === undefined ? null : createdAt + days * 86_400_000;
    const token = { id: randomUUID(), name, role: leastOf(role ?? owner.role, owner.role), createdAt, expiresAt };
    this.#store.addToken(digestOf(secret), user, token);
    return { token: { ...token, usedAt: null }, secret };
  }

  /** Throws AuthError('unknown-token'). */
  removeToken(user: string, id: string): void {
    if (!this.#store.removeToken(user, id))
      throw new AuthError('unknown-token', `${user} has no token with the id ${JSON.stringify(id)}.`);
    this.check();
  }

  get #limits(): SessionLimits {
    const now = this.#now();
    return { seenAfter: now - this.#options.sessionIdleMs, createdAfter: now - this.#options.sessionMaxMs };
  }

  #holderOfSession(secret: string | undefined): Identity | undefined {
    return secret === undefined ? undefined : this.#bySession(digestOf(secret));
  }

  #holderOfToken(secret: string): Identity | undefined {
    return this.#byToken(digestOf(secret));
  }

  #bySession(session: string): Identity | undefined {
    const holder = this.#store.session(session, this.#limits);
    if (!holder) return undefined;
    this.#saw(holder, (now) => this.#store.sawSession(session, now));
    return { user: holder.user, role: holder.role, version: holder.version, session };
  }

  #byToken(token: string): Identity | undefined {
    const holder = this.#store.token(token, this.#now());
    if (!holder) return undefined;
    this.#saw(holder, (now) => this.#store.sawToken(token, now));
    return { user: holder.user, role: leastOf(holder.role, holder.userRole), version: holder.version, token };
  }

  #saw({ seenAt }: Holder, write: (now: number) => void): void {
    const now = this.#now();
    if (now - (seenAt ?? -Infinity) > seenEveryMs) write(now);
  }

  #isStill({ session, token, version }: Identity): boolean {
    if (session !== undefined) return this.#bySession(session)?.version === version;
    if (token !== undefined) return this.#byToken(token)?.version === version;
    return this.isOpen;
  }

  #whyNot(name: string): AuthError {
    if (!this.#store.users().some((user) => user.name === name)) return unknownUser(name);
    return new AuthError('last-admin', `${name} is the only admin: make somebody else one first.`);
  }
}

const wrongCredentials = (): AuthError => new AuthError('wrong-credentials', 'The name or the password is wrong.');

const unknownUser = (name: string): AuthError =>
  new AuthError('unknown-user', `There is no user ${JSON.stringify(name)}.`);
