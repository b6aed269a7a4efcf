import type { Role, Session } from '../wire.ts';
import { type Api, ApiError } from './api.ts';
import { Store } from './store.ts';

const rank: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** Whether somebody may do what needs at least this role. */
export const may = (session: Session | undefined, role: Role): boolean => {
  if (session?.isOpen) return true;
  return session?.user ? rank[session.user.role] >= rank[role] : false;
};

const open: Session = { user: null, isOpen: true };

/** Who is logged in; undefined until the server has said it. */
export class SessionKeeper {
  readonly session = new Store<Session | undefined>(undefined);
  /** Why the server could not be asked. */
  readonly failure = new Store<unknown>(undefined);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Asks the server. One without log-in lets everybody do everything. */
  async load(): Promise<void> {
    try {
      this.session.set(await this.#api.get<Session>('session'));
      this.failure.set(undefined);
    } catch (error) {
      if (error instanceof ApiError && error.isMissing) {
        this.failure.set(undefined);
        return this.session.set(open);
      }
      this.failure.set(error);
    }
  }

  async logIn(name: string, password: string): Promise<void> {
    const user = await this.#api.send<NonNullable<Session['user']>>('POST', 'session', { name, password });
    this.session.set({ user, isOpen: false });
  }

  async logOut(): Promise<void> {
    await this.#api.send('DELETE', 'session');
    this.expire();
  }

  /** The server wants a log-in. */
  expire(): void {
    this.session.set({ user: null, isOpen: false });
  }
}
