import { hash, verify } from '@node-rs/argon2';

import { AuthError } from '../core/errors.ts';

/** Argon2id by https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html: 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Called off the main thread; one call takes about 40 ms of a core. */
export interface Argon2 {
  hash(password: string, options: typeof parameters): Promise<string>;
  verify(hashed: string, password: string): Promise<boolean>;
}

/** Hashes at once: the cores are for the frames. */
const concurrency = 1;
/** Hashes that may wait, about 1 s of work; more attempts are refused. */
const waitingAllowed = 24;

/** Hashes and checks passwords, a bounded number at once, so that a flood of attempts takes no more than a core and 20 MiB. */
export class Passwords {
  readonly #argon2: Argon2;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #unknown: Promise<string> | undefined;

  constructor(argon2: Argon2 = { hash, verify }) {
    this.#argon2 = argon2;
  }

  /** In the PHC string format, with a salt of its own. Throws AuthError('too-many-attempts'). */
  async hash(password: string): Promise<string> {
    return this.#limited(async () => this.#argon2.hash(spelled(password), parameters));
  }

  /**
   * Whether the password is the hashed one. Without `hashed` (nobody has that name) it takes as long, and is false.
   * Throws AuthError('too-many-attempts').
   */
  async verify(password: string, hashed: string | undefined): Promise<boolean> {
    return this.#limited(async () => {
      const compared = hashed ?? (await (this.#unknown ??= this.#argon2.hash('nobody', parameters)));
      const isSame = await this.#argon2.verify(compared, spelled(password));
      return isSame && hashed !== undefined;
    });
  }

  async #limited<T>(run: () => Promise<T>): Promise<T> {
    if (this.#running >= concurrency) {
      if (this.#waiting.length >= waitingAllowed)
        throw new AuthError('too-many-attempts', 'Too many people log in at this moment; try again in a few seconds.');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      // Who comes next takes over this one's place.
      if (next) next();
      else this.#running -= 1;
    }
  }
}

/** The same text has one spelling, whatever keyboard it came from. */
const spelled = (password: string): string => password.normalize('NFKC');
