import { Access, type AccessOptions } from '../../src/auth/access.ts';
import { type AuthStore, openAuthStore } from '../../src/auth/auth-store.ts';
import { type Argon2, Passwords } from '../../src/auth/passwords.ts';

/** Passwords that cost nothing. */
const plain: Argon2 = {
  hash: async (password) => `plain ${password}`,
  verify: async (hashed, password) => hashed === `plain ${password}`,
};

export const hourMs = 3_600_000;

/** Sessions of 1 hour without use and 10 in all, by a clock that is set by hand. */
export const accessOn = (
  file = ':memory:',
  options: Partial<AccessOptions> = {},
): { access: Access; store: AuthStore; clock: { now: number } } => {
  const clock = { now: 1_700_000_000_000 };
  const store = openAuthStore(file);
  const access = new Access(store, new Passwords(plain), {
    isOpen: false,
    sessionIdleMs: hourMs,
    sessionMaxMs: 10 * hourMs,
    now: () => clock.now,
    ...options,
  });
  return { access, store, clock };
};
