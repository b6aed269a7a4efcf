/** An RTSP 1.0 request or response, RFC 2326 sections 6 and 7. */
export interface RtspMessage {
  readonly firstLine: string;
  /** By names in lower case; what stands under one name several times is joined by ", ". */
  readonly headers: ReadonlyMap<string, string>;
}

export interface MessageReader {
  /** False when it is no message of the kind that is expected: nothing more is read then. */
  readonly onMessage: (message: RtspMessage) => boolean;
  /** The bytes are no RTSP; nothing more will be read. */
  readonly onGarbage: () => void;
}

const maxMessageBytes = 16_384;
const headEnd = '\r\n\r\n';

const messageOf = (head: string): RtspMessage | undefined => {
  const [firstLine = '', ...lines] = head.split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return undefined;
    const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    const former = headers.get(name);
    headers.set(name, former === undefined ? value : `${former}, ${value}`);
  }
  return { firstLine, headers };
};

/** Reads messages from chunks cut anywhere; interleaved binary data ('$', RFC 2326 10.12) and bodies are skipped. */
export const createMessageReader = ({ onMessage, onGarbage }: MessageReader): ((chunk: Buffer) => void) => {
  let pending: Buffer = Buffer.alloc(0);
  let broken = false;
  const giveUp = (): false => {
    broken = true;
    onGarbage();
    return false;
  };

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
    if (end < 0) return pending.length > maxMessageBytes ? giveUp() : false;
    const message = messageOf(pending.toString('latin1', 0, end));
    const bodyBytes = Number(message?.headers.get('content-length') ?? 0);
    if (message === undefined || !(bodyBytes <= maxMessageBytes)) return giveUp();
    if (pending.length < end + headEnd.length + bodyBytes) return false;
    pending = pending.subarray(end + headEnd.length + bodyBytes);
    return onMessage(message) ? pending.length > 0 : giveUp();
  };

  return (chunk) => {
    if (broken) return;
    pending = Buffer.concat([pending, chunk]);
    while (pending.length > 0 && takeOne());
  };
};
