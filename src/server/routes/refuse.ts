import * as z from 'zod';

/** The body of every answer that is not 2xx. */
export const refusal = z.object({ code: z.string(), message: z.string() }).meta({ id: 'Refusal' });

export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 429 | 502 | 503;

/** A request that is answered with a refusal. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly code: string;

  constructor(status: RefusalStatus, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Ends the request with a refusal: `code` is of the closed set in docs/protocol.md, `message` is for people. */
export const refuse = (status: RefusalStatus, code: string, message: string): never => {
  throw new Refusal(status, code, message);
};
