/** One coded picture as the container holds it. */
export interface FlvPicture {
  /** NAL units, each after its length in four bytes ("AVCC"). Part of a larger buffer. */
  readonly data: Buffer;
  readonly keyFrame: boolean;
  /** When it is to be decoded, and shown: milliseconds from the start of the stream. */
  readonly decodeMs: number;
  readonly presentMs: number;
}

/** What a demuxer gives, in order. */
export interface FlvReader {
  /** The AVCDecoderConfigurationRecord ("avcC"), which a decoder must have before the pictures that follow. */
  readonly onConfig: (record: Buffer) => void;
  readonly onPicture: (picture: FlvPicture) => void;
}

const fileHeaderBytes = 9 + 4;
const tagHeaderBytes = 11;
const videoTag = 9;
const avc = 7;

/**
 * A demuxer for FLV with H.264 video: feed it chunks cut anywhere. FLV says how long each picture is, so none has to
 * wait for the next one to begin, as it would in Annex B. Source: Adobe Flash Video File Format 10.1, annex E.
 */
export const createFlvDemuxer = ({ onConfig, onPicture }: FlvReader): ((chunk: Buffer) => void) => {
  let pending: Buffer = Buffer.alloc(0);
  let skip = fileHeaderBytes;

  const readTag = (type: number, decodeMs: number, body: Buffer): void => {
    if (type !== videoTag || ((body[0] ?? 0) & 15) !== avc) return;
    const data = body.subarray(5);
    if (body[1] === 0) onConfig(data);
    if (body[1] === 1)
      onPicture({ data, keyFrame: (body[0] ?? 0) >> 4 === 1, decodeMs, presentMs: decodeMs + body.readIntBE(2, 3) });
  };

  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    if (pending.length < skip) return;
    let at = skip;
    while (at + tagHeaderBytes <= pending.length) {
      const end = at + tagHeaderBytes + pending.readUIntBE(at + 1, 3) + 4;
      if (end > pending.length) break;
      const decodeMs = pending.readUIntBE(at + 4, 3) + (pending[at + 7] ?? 0) * 2 ** 24;
      readTag((pending[at] ?? 0) & 31, decodeMs, pending.subarray(at + tagHeaderBytes, end - 4));
      at = end;
    }
    pending = pending.subarray(at);
    skip = 0;
  };
};
