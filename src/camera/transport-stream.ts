/** The codec of the video in a transport stream; `other` is one that browsers do not play in an MP4. */
export type StreamCodec = 'h264' | 'hevc' | 'other';

/** Whole packets, one after the other. */
export interface StreamRun {
  readonly bytes: Uint8Array;
  /** What the first packet begins: a picture, one that can be decoded by itself, or nothing. */
  readonly begins?: 'key' | 'picture';
}

const packetBytes = 188;
const syncByte = 0x47;
const patPid = 0;
const codecs: Readonly<Record<number, StreamCodec>> = { 0x1b: 'h264', 0x24: 'hevc' };

const pidOf = (high = 0, low = 0): number => ((high & 0x1f) << 8) | low;

/** The table section that begins in a packet; undefined when none does. */
const sectionOf = (packet: Uint8Array): Uint8Array | undefined => {
  const [, flags = 0, , control = 0, adaptationBytes = 0] = packet;
  const payload = 4 + ((control & 0x20) === 0 ? 0 : adaptationBytes + 1);
  if ((flags & 0x40) === 0 || payload >= packetBytes) return undefined;
  const section = packet.subarray(payload + 1 + (packet[payload] ?? 0));
  return section.subarray(0, 3 + (pidOf(section[1], section[2]) & 0xfff) - 4);
};

/** The first program's table in a program association table. */
const programIn = (pat: Uint8Array): number | undefined => {
  for (let at = 8; at + 4 <= pat.length; at += 4)
    if (pat[at] !== 0 || pat[at + 1] !== 0) return pidOf(pat[at + 2], pat[at + 3]);
  return undefined;
};

/** The first stream in a program map table. */
const streamIn = (pmt: Uint8Array): { type: number; pid: number } | undefined => {
  const at = 12 + (pidOf(pmt[10], pmt[11]) & 0xfff);
  return at + 5 > pmt.length ? undefined : { type: pmt[at] ?? 0, pid: pidOf(pmt[at + 1], pmt[at + 2]) };
};

/**
 * Cuts an MPEG transport stream of one video at the beginnings of its pictures: feed it chunks cut anywhere. Source:
 * ISO/IEC 13818-1, 2.4.3 and 2.4.4; FFmpeg begins each picture in a packet of its own.
 */
export class TransportReader {
  /** Undefined until the stream said it. */
  codec: StreamCodec | undefined;
  #pat: Uint8Array | undefined;
  #pmt: Uint8Array | undefined;
  #pmtPid: number | undefined;
  #videoPid: number | undefined;
  /** The beginning of a packet whose end has not come. */
  #rest: Uint8Array = new Uint8Array();

  /** The newest tables, two packets without which nothing can be read; undefined until they came. */
  get tables(): Uint8Array | undefined {
    return this.#pat && this.#pmt && Buffer.concat([this.#pat, this.#pmt]);
  }

  /** The runs are views of `chunk` where they can be. */
  push(chunk: Uint8Array): StreamRun[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const runs: StreamRun[] = [];
    let from = 0;
    let begins: StreamRun['begins'];
    let at = 0;
    const cut = (next?: StreamRun['begins']): void => {
      if (at > from) runs.push({ bytes: bytes.subarray(from, at), ...(begins && { begins }) });
      from = at;
      begins = next;
    };
    while (at + packetBytes <= bytes.length) {
      if (bytes[at] === syncByte) {
        const beginning = this.#look(bytes.subarray(at, at + packetBytes));
        if (beginning) cut(beginning);
        at += packetBytes;
      } else {
        cut();
        at += 1;
        from = at;
      }
    }
    cut();
    this.#rest = bytes.slice(at);
    return runs;
  }

  #look(packet: Uint8Array): StreamRun['begins'] {
    const pid = pidOf(packet[1], packet[2]);
    if (pid === this.#videoPid) {
      const [, flags = 0, , control = 0, adaptationBytes = 0, adaptation = 0] = packet;
      if ((flags & 0x40) === 0) return undefined;
      const isKey = (control & 0x20) !== 0 && adaptationBytes > 0 && (adaptation & 0x40) !== 0;
      return isKey ? 'key' : 'picture';
    }
    if (pid === patPid) this.#readPat(packet);
    else if (pid === this.#pmtPid) this.#readPmt(packet);
    return undefined;
  }

  #readPat(packet: Uint8Array): void {
    const section = sectionOf(packet);
    if (!section) return;
    this.#pat = packet.slice();
    this.#pmtPid = programIn(section);
  }

  #readPmt(packet: Uint8Array): void {
    const section = sectionOf(packet);
    const stream = section && streamIn(section);
    if (!stream) return;
    this.#pmt = packet.slice();
    this.#videoPid = stream.pid;
    this.codec = codecs[stream.type] ?? 'other';
  }
}
