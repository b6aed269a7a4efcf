import type { AccessOptions } from '../../src/auth/access.ts';
import { userRoles, type UserRole } from '../../src/auth/role.ts';
import { accessOn } from '../auth/test-access.ts';
import { startSynthetic } from './synthetic-feed.ts';

const cookieName = 'nightjar_session';
export const password = 'correct horse';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A server with a user for each role, named like it; `sessionOf` gives a new session of one. */
export const startWithUsers = async (
  options: Parameters<typeof startSynthetic>[0] = {},
  accessOptions: Partial<AccessOptions> = {},
) => {
  const { access, store, clock } = accessOn(':memory:', accessOptions);
  for (const role of userRoles) await access.addUser(role, role, password);
  const synthetic = await startSynthetic({ access, ...options });
  const base = `http://127.0.0.1:${synthetic.server.port}`;

  const ask = async (address: string, init: RequestInit = {}): Promise<Answer> => {
    const { status, headers, ...response } = await answerOf(await fetch(`${base}${address}`, init));
    return { status, headers, ...response };
  };
  const sessionOf = async (role: UserRole): Promise<{ cookie: string }> => ({
    cookie: `${cookieName}=${(await access.logIn(role, password)).session}`,
  });
  return {
    ...synthetic,
    access,
    clock,
    base,
    ask,
    sessionOf,
    /** Asks with a JSON body. */
    send: async (method: string, address: string, body: unknown, headers: Record<string, string> = {}) =>
      ask(address, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
    close: async (): Promise<void> => {
      await synthetic.close();
      store.close();
    },
  };
};

const answerOf = async (response: Response): Promise<Answer> => {
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const body: unknown = isJson ? await response.json() : Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body };
};
