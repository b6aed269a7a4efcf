import { randomBytes } from 'node:crypto';

/** Bytes of RTP payload that fit one Ethernet packet. */
const maxPayload = 1400;
const payloadType = 96;
export const rtpClockHz = 90_000;

/** Cuts access units into RTP packets for one receiver, which has its own sequence numbers. */
export interface RtpPacketizer {
  readonly ssrc: number;
  /** The packets of one picture, in order; the last has the marker bit. `timestamp` in 1/90000 s. */
  packetize(nals: readonly Buffer[], timestamp: number): Buffer[];
}

const stapA = 24;
const fuA = 28;

/**
 * Payloads for H.264, RFC 6184: single NAL units (5.6), small neighbours as STAP-A (5.7.1), large ones as FU-A (5.8).
 */
const payloadsOf = (nals: readonly Buffer[]): Buffer[] => {
  const payloads: Buffer[] = [];
  let small: Buffer[] = [];
  const flush = (): void => {
    const [only] = small;
    if (small.length === 1 && only !== undefined) payloads.push(only);
    if (small.length > 1) {
      const importance = Math.max(...small.map((nal) => (nal[0] ?? 0) & 0x60));
      const parts = small.flatMap((nal) => [Buffer.from([nal.length >> 8, nal.length & 255]), nal]);
      payloads.push(Buffer.concat([Buffer.from([importance | stapA]), ...parts]));
    }
    small = [];
  };
  for (const nal of nals) {
    const waiting = small.reduce((bytes, { length }) => bytes + 2 + length, 1);
    if (waiting + 2 + nal.length > maxPayload) flush();
    if (nal.length <= maxPayload) {
      small.push(nal);
      continue;
    }
    flush();
    const header = nal[0] ?? 0;
    for (let at = 1; at < nal.length; at += maxPayload - 2) {
      const end = Math.min(nal.length, at + maxPayload - 2);
      const position = (at === 1 ? 0x80 : 0) | (end === nal.length ? 0x40 : 0);
      payloads.push(
        Buffer.concat([Buffer.from([(header & 0xe0) | fuA, position | (header & 31)]), nal.subarray(at, end)]),
      );
    }
  }
  flush();
  return payloads;
};

export const createPacketizer = (): RtpPacketizer => {
  const ssrc = randomBytes(4).readUInt32BE();
  let sequence = randomBytes(2).readUInt16BE();
  return {
    ssrc,
    packetize: (nals, timestamp) => {
      const payloads = payloadsOf(nals);
      return payloads.map((payload, index) => {
        const header = Buffer.alloc(12);
        header[0] = 0x80;
        header[1] = payloadType | (index === payloads.length - 1 ? 0x80 : 0);
        header.writeUInt16BE(sequence, 2);
        header.writeUInt32BE(timestamp % 2 ** 32, 4);
        header.writeUInt32BE(ssrc, 8);
        sequence = (sequence + 1) % 2 ** 16;
        return Buffer.concat([header, payload]);
      });
    },
  };
};
