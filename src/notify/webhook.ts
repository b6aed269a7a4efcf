import type { AlertPictures, Attempt, Channel } from './channel.ts';
import { linksOf } from './alert-text.ts';
import type { Notification } from './outbox.ts';
import { addressOf } from './mqtt-connection.ts';
import { longestAskedMs } from './retry-wait.ts';
import { signedHeaders } from './webhook-signature.ts';

export interface WebhookOptions {
  /** May hold user and password (Basic), and a secret in its path: only its host is ever shown. */
  readonly url: string;
  /** whsec_ and 24 to 64 bytes in base64. */
  readonly secret: string;
  /** Whether the picture goes along, as base64. */
  readonly picture: boolean;
  readonly timeoutSeconds: number;
  readonly maxAttempts: number;
  readonly publicUrl?: string | undefined;
}

export interface WebhookDeps extends AlertPictures {
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
}

/** Larger ones stay behind; a snapshot has about 50 kB. */
const largestPicture = 4 * 2 ** 20;

/** Answers that say nothing against the post itself; any other 4xx is final. */
const temporary = new Set([408, 425, 429]);

/** Posts notifications to a web address, each signed anew. Redirects are not followed, and no answer's body is read. */
export const openWebhook = (options: WebhookOptions, deps: WebhookDeps): Channel => {
  const { secret, timeoutSeconds, maxAttempts, publicUrl } = options;
  const { now = Date.now, readPicture } = deps;
  const request = deps.fetch ?? fetch;
  const { url, authorization } = withoutLogin(options.url);

  const post = async (id: string, content: object, signal: AbortSignal): Promise<Attempt> => {
    const body = JSON.stringify(content);
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      const response = await request(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Nightjar',
          ...(authorization !== undefined && { authorization }),
          ...signedHeaders(secret, id, Math.floor(now() / 1000), body),
        },
      });
      // Whatever it says, and however much: nobody reads it.
      await response.body?.cancel();
      return attemptOf(response, now());
    } catch (error) {
      const message = timeout.aborted ? `no answer within ${timeoutSeconds} s` : reasonOf(error);
      return { outcome: 'later', message };
    }
  };

  const contentOf = async ({ alert, event, queuedAt }: Notification): Promise<object> => {
    const picture = options.picture ? await readPicture(alert) : undefined;
    return {
      type: `alert.${event}`,
      timestamp: new Date(queuedAt).toISOString(),
      data: {
        ...alert,
        ...linksOf(alert, publicUrl),
        ...(picture && picture.length <= largestPicture && { picture: Buffer.from(picture).toString('base64') }),
      },
    };
  };

  return {
    kind: 'webhook',
    address: addressOf(url),
    maxAttempts,
    concurrency: 1,
    isReady: true,
    deliver: async (notification, signal) => post(notification.id, await contentOf(notification), signal),
    test: async (signal) =>
      post(`test-${now()}`, { type: 'test', timestamp: new Date(now()).toISOString(), data: {} }, signal),
    close: async () => undefined,
  };
};

/** fetch refuses URLs with a password. */
const withoutLogin = (text: string): { url: string; authorization?: string } => {
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { url: text };
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, authorization: `Basic ${Buffer.from(login).toString('base64')}` };
};

const attemptOf = ({ status, headers }: Response, now: number): Attempt => {
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  const isRedirect = status >= 300 && status < 400;
  const message = `it answered ${status}${isRedirect ? ', and redirects are not followed: give the url it leads to' : ''}`;
  if (status >= 400 && status < 500 && !temporary.has(status)) return { outcome: 'refused', message };
  const afterMs = retryAfterMs(headers.get('retry-after'), now);
  return { outcome: 'later', message, ...(afterMs !== undefined && { afterMs }) };
};

/** What a Retry-After header asks for, seconds or a date, in milliseconds from now; undefined when it says neither. */
export const retryAfterMs = (header: string | null, now: number): number | undefined => {
  if (header === null || header.trim() === '') return undefined;
  const asked = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(asked) ? Math.min(longestAskedMs, Math.max(0, asked)) : undefined;
};

/** Why a request failed. Only codes and hosts: other texts of fetch may hold the URL. */
const reasonOf = (error: unknown): string => {
  const { cause } = error as { cause?: { message?: unknown; code?: unknown; errors?: readonly { code?: unknown }[] } };
  if (cause?.message === 'bad port')
    return 'no web server may use its port (https://fetch.spec.whatwg.org/#port-blocking)';
  const code = cause?.code ?? cause?.errors?.[0]?.code;
  return typeof code === 'string' ? `it cannot be reached (${code})` : 'the connection failed';
};
