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

const maxRequestBytes = 16_384;
const headEnd = '\r\n\r\n';

const requestOf = (head: string): RtspRequest | undefined => {
  const [first = '', ...lines] = head.split('\r\n');
  const [, method, url] = /^([A-Z_]+) (\S+) RTSP\/1\.\d$/.exec(first) ?? [];
  if (method === undefined || url === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return undefined;
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, url, headers };
};

/** Reads requests from chunks cut anywhere; interleaved binary data ('$', RFC 2326 10.12) and bodies are skipped. */
export const createRequestReader = ({ onRequest, onGarbage }: RtspReader): ((chunk: Buffer) => void) => {
  let pending: Buffer = Buffer.alloc(0);
  let broken = false;

  /** Takes one message off the front; false when more bytes are needed, or none are wanted any more. */
  const takeOne = (): boolean => {
    if (pending[0] === 0x24) {
      if (pending.length < 4) return false;
      const end = 4 + pending.readUInt16BE(2);
      if (pending.length < end) return false;
      pending = pending.subarray(end);
      return true;
    }
    const end = pending.indexOf(headEnd);
    const request = end < 0 ? undefined : requestOf(pending.toString('latin1', 0, end));
    const bodyBytes = Number(request?.headers.get('content-length') ?? 0);
    if (end < 0 ? pending.length > maxRequestBytes : request === undefined || !(bodyBytes <= maxRequestBytes)) {
      broken = true;
      onGarbage();
    }
    if (request === undefined || broken || pending.length < end + headEnd.length + bodyBytes) return false;
    pending = pending.subarray(end + headEnd.length + bodyBytes);
    onRequest(request);
    return pending.length > 0;
  };

  return (chunk) => {
    if (broken) return;
    pending = Buffer.concat([pending, chunk]);
    while (pending.length > 0 && takeOne());
  };
};

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
