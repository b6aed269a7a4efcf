import { createMessageReader, type RtspMessage } from '../video/rtsp-message.ts';

/** An RTSP 1.0 request, RFC 2326 section 6; header names in lower case. */
export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
}

export interface RtspReader {
  readonly onRequest: (request: RtspRequest) => void;
  /** The bytes are no RTSP; nothing more will be read. */
  readonly onGarbage: () => void;
}

const requestOf = ({ firstLine, headers }: RtspMessage): RtspRequest | undefined => {
  const [, method, url] = /^([A-Z_]+) (\S+) RTSP\/1\.\d$/.exec(firstLine) ?? [];
  return method === undefined || url === undefined ? undefined : { method, url, headers };
};

/** Reads requests from chunks cut anywhere; interleaved binary data ('$', RFC 2326 10.12) and bodies are skipped. */
export const createRequestReader = ({ onRequest, onGarbage }: RtspReader): ((chunk: Buffer) => void) =>
  createMessageReader({
    onMessage: (message) => {
      const request = requestOf(message);
      if (request) onRequest(request);
      return request !== undefined;
    },
    onGarbage,
  });

const reasons = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  461: 'Unsupported Transport',
  501: 'Not Implemented',
  503: 'Service Unavailable',
} as const;
export type RtspStatus = keyof typeof reasons;

/** A response; `cseq` is the number of the request it answers. */
export const rtspResponse = (
  status: RtspStatus,
  cseq: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): string => {
  const length: Record<string, string> = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries({ CSeq: cseq, ...headers, ...length }).map(([name, value]) => `${name}: ${value}`);
  return [`RTSP/1.0 ${status} ${reasons[status]}`, ...lines, '', body].join('\r\n');
};
