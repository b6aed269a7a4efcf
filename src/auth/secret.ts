import { createHash, randomBytes } from 'node:crypto';

/** 256 bits that nobody guesses, as text for a cookie or a header: what a session or a token is known by. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is stored of a secret. It is random, so a plain hash is enough, and looking it up tells nothing by its time. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
