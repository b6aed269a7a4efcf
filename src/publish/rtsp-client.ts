import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectEncrypted } from 'node:tls';

import { PublishError } from '../core/errors.ts';
import type { PublishFailure } from '../core/errors.ts';
import { createMessageReader } from '../video/rtsp-message.ts';
import { authorization } from './authorization.ts';
import type { RtspAddress } from './rtsp-address.ts';

interface RtspResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

/** A connection to an RTSP server. */
export interface RtspClient {
  /** Resolves with an answer of the 200s, after logging in when asked to. Rejects with PublishError. */
  request(
    method: string,
    uri: string,
    headers?: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<RtspResponse>;
  /** Sends an RTP packet on channel 0. */
  send(packet: Buffer): void;
  /** Bytes that the server has not taken. */
  readonly waitingBytes: number;
  /** Closes the connection, once what waits was sent or a second has passed. */
  close(): void;
}

export interface ClientOptions {
  readonly timeoutMs: number;
  /** Told once, when the connection ends by itself. */
  readonly onEnd: (error: PublishError) => void;
}

/** Connects at the first request. Nothing that it says holds the password. */
export type OpenClient = (address: RtspAddress, options: ClientOptions) => RtspClient;

const causes: Readonly<Record<string, readonly [PublishFailure, string]>> = {
  ECONNREFUSED: ['refused', 'nothing listens at this address and port'],
  ENOTFOUND: ['dns', 'host name is unknown'],
  EAI_AGAIN: ['dns', 'host name cannot be looked up now'],
  ETIMEDOUT: ['timeout', 'server does not answer'],
  EHOSTUNREACH: ['timeout', 'server cannot be reached'],
  ENETUNREACH: ['timeout', 'network cannot be reached'],
};

const fromSocket = (error: NodeJS.ErrnoException): PublishError => {
  const [cause, message] = causes[error.code ?? ''] ?? ['ended', `connection broke (${error.code ?? error.message})`];
  return new PublishError(cause, message, { cause: error });
};

const fromStatus = (status: number, reason: string): PublishError => {
  if (status === 401 || status === 403) return new PublishError('unauthorized', 'user name or password is wrong');
  if (status === 404) return new PublishError('not-found', 'nothing can be published at this path');
  return new PublishError('refused', `server answered ${status} ${reason}`);
};

interface Pending {
  readonly resolve: (response: RtspResponse & { readonly reason: string }) => void;
  readonly reject: (error: PublishError) => void;
  readonly timer: NodeJS.Timeout;
}

export const openRtspClient: OpenClient = ({ host, port, isEncrypted, login }, { timeoutMs, onEnd }) => {
  const pending = new Map<string, Pending>();
  let socket: Socket | undefined;
  let sequence = 0;
  let challenge = { text: '', count: 0 };
  let isClosed = false;

  const rejectAll = (error: PublishError): void => {
    for (const { reject, timer } of pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    pending.clear();
  };
  const end = (error: PublishError): void => {
    rejectAll(error);
    socket?.destroy();
    if (!isClosed) onEnd(error);
    isClosed = true;
  };
  const connect = (): Socket => {
    const opened = isEncrypted ? connectEncrypted({ host, port, servername: host }) : connectPlain({ host, port });
    opened.setNoDelay(true);
    opened.on('error', (error) => end(fromSocket(error)));
    opened.on('close', () => end(new PublishError('ended', 'server closed the connection')));
    const read = createMessageReader({
      onMessage: ({ firstLine, headers }) => {
        const [, status, reason = ''] = /^RTSP\/1\.\d (\d{3}) ?(.*)$/.exec(firstLine) ?? [];
        const waiting = pending.get(headers.get('cseq') ?? '');
        // Requests of the server's own are left unanswered, as late answers are.
        if (status !== undefined && waiting) {
          pending.delete(headers.get('cseq') ?? '');
          clearTimeout(waiting.timer);
          waiting.resolve({ status: Number(status), reason, headers });
        }
        return true;
      },
      onGarbage: () => end(new PublishError('refused', 'this is no RTSP server')),
    });
    opened.on('data', read);
    return opened;
  };

  const ask: (...request: Parameters<RtspClient['request']>) => Promise<RtspResponse & { readonly reason: string }> = (
    method,
    uri,
    headers = {},
    body = '',
  ) =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new PublishError('ended', 'connection is closed'));
      socket ??= connect();
      const cseq = String(++sequence);
      const timer = setTimeout(
        () => end(new PublishError('timeout', `no answer to ${method} within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      pending.set(cseq, { resolve, reject, timer });
      const answer = challenge.text && login && authorization(challenge.text, login, { method, uri, count: ++challenge.count }); // prettier-ignore
      const all: Record<string, string> = {
        CSeq: cseq,
        'User-Agent': 'nightjar',
        ...(answer && { Authorization: answer }),
        ...headers,
        ...(body && { 'Content-Length': String(Buffer.byteLength(body)) }),
      };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
      socket.write([`${method} ${uri} RTSP/1.0`, ...lines, '', body].join('\r\n'));
    });

  return {
    request: async (...request) => {
      let response = await ask(...request);
      const asked = response.headers.get('www-authenticate');
      // A second time only for a challenge that is new: a nonce may have grown old.
      if (response.status === 401 && login && asked !== undefined && asked !== challenge.text) {
        challenge = { text: asked, count: 0 };
        response = await ask(...request);
      }
      if (response.status >= 200 && response.status < 300) return response;
      throw fromStatus(response.status, response.reason);
    },
    send: (packet) => {
      if (!socket || isClosed) return;
      socket.write(Buffer.from([0x24, 0, packet.length >> 8, packet.length & 255]));
      socket.write(packet);
    },
    get waitingBytes() {
      return socket?.writableLength ?? 0;
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      rejectAll(new PublishError('ended', 'connection is closed'));
      if (!socket) return;
      socket.end();
      const closing = socket;
      setTimeout(() => closing.destroy(), 1000).unref();
    },
  };
};
