/** An answer that is not what was asked for. `status` 0: there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  /** Of the closed set in docs/protocol.md, or `unreachable`. */
  readonly code: string;
  /** When to try again, if the server says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The server has no such endpoint: it is older than this page, or runs without that part. */
  get isMissing(): boolean {
    return this.status === 404 && this.code === 'not-found';
  }
}

/** What a person is told of any failure. */
export const failureText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The REST API. Every failure is an ApiError; a login that is required is also told to `onLoginRequired`. */
export class Api {
  readonly #fetch: Fetch;
  readonly #onLoginRequired: () => void;

  constructor(fetch: Fetch, onLoginRequired: () => void) {
    this.#fetch = fetch;
    this.#onLoginRequired = onLoginRequired;
  }

  /** `path` is below api/ and encoded already. */
  async get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
    return (await this.#ask('GET', path, undefined, signal)) as Answer;
  }

  /** Undefined when the answer has no body. */
  async send<Answer = undefined>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    return (await this.#ask(method, path, body)) as Answer;
  }

  /** Whether there is something at this address. */
  async has(path: string): Promise<boolean> {
    try {
      return (await this.#fetch(`api/${path}`, { method: 'HEAD' })).ok;
    } catch {
      return false;
    }
  }

  async #ask(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const init: RequestInit = {
      method,
      ...(signal && { signal }),
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    };
    let response: Response;
    try {
      response = await this.#fetch(`api/${path}`, init);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(
        0,
        'unreachable',
        'Nightjar does not answer. Is it running, and is this device on its network?',
      );
    }
    const answer = await jsonOf(response);
    if (response.ok) return answer;
    const { code = 'unknown', message = `Nightjar answered with ${response.status}.` } = (answer ??
      {}) as Partial<ApiError>;
    if (response.status === 401 && code === 'login-required') this.#onLoginRequired();
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    throw new ApiError(response.status, code, message, Number.isNaN(retryAfter) ? undefined : retryAfter);
  }
}

const jsonOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
};
