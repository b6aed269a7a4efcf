import { parseOptions } from '@node-rs/argon2';

import { type Argon2, Passwords } from '../../src/auth/passwords.ts';

/** Hashes that end when they are told to. */
const heldArgon2 = () => {
  const calls: string[] = [];
  const ends: (() => void)[] = [];
  const hold = async <T>(call: string, value: T): Promise<T> => {
    calls.push(call);
    await new Promise<void>((resolve) => ends.push(resolve));
    return value;
  };
  const argon2: Argon2 = {
    hash: (password) => hold(`hash ${password}`, `hash of ${password}`),
    verify: (hashed, password) => hold(`verify ${hashed}`, hashed === `hash of ${password}`),
  };
  /** Ends those that began, and those that begin then, until none does. */
  const endAll = async (): Promise<void> => {
    for (let idle = 0; idle < 3; idle++) {
      if (ends.length > 0) idle = 0;
      for (const end of ends.splice(0)) end();
      await new Promise(setImmediate);
    }
  };
  return { argon2, calls, ends, endAll };
};

test('hashes with the parameters that OWASP asks for, each time with a salt of its own', async () => {
  const passwords = new Passwords();
  const [one, other] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')];
  expect(one).not.toBe(other);
  expect(parseOptions(one)).toMatchObject({ algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  expect(await passwords.verify('correct horse', one)).toBe(true);
  expect(await passwords.verify('correct hors', one)).toBe(false);
});

test('takes the same password in another spelling of Unicode', async () => {
  const passwords = new Passwords();
  expect(await passwords.verify('Fu\u0308r immer', await passwords.hash('F\u00fcr immer'))).toBe(true);
});

test('does the same work for a name that nobody has, and says no whatever the password', async () => {
  const { argon2, calls, endAll } = heldArgon2();
  const passwords = new Passwords(argon2);
  const answers = [passwords.verify('nobody', undefined), passwords.verify('nobody', 'hash of nobody')];
  await endAll();
  expect(await Promise.all(answers)).toEqual([false, true]);
  expect(calls).toEqual(['hash nobody', 'verify hash of nobody', 'verify hash of nobody']);
});

test('of 10,000 attempts at once it works on one, keeps 24 waiting and refuses the others', async () => {
  const { argon2, calls, ends, endAll } = heldArgon2();
  const passwords = new Passwords(argon2);
  const attempts = Array.from({ length: 10_000 }, () => passwords.verify('guess', 'hash of secret'));
  const settled = Promise.allSettled(attempts);
  await new Promise(setImmediate);
  expect([calls.length, ends.length]).toEqual([1, 1]);
  await endAll();
  const outcomes = (await settled).map((result) => (result.status === 'fulfilled' ? result.value : result.reason.code));
  expect(outcomes.filter((outcome) => outcome === false)).toHaveLength(25);
  expect(outcomes.filter((outcome) => outcome === 'too-many-attempts')).toHaveLength(9975);
});

test('goes on after a hash that failed', async () => {
  let isBroken = true;
  const argon2: Argon2 = {
    hash: async (password) => {
      if (isBroken) throw new Error('no memory');
      return `hash of ${password}`;
    },
    verify: async () => true,
  };
  const passwords = new Passwords(argon2);
  await expect(passwords.hash('a')).rejects.toThrow('no memory');
  isBroken = false;
  expect(await passwords.hash('a')).toBe('hash of a');
});
