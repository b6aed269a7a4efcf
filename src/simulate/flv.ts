/** One picture as a decoder takes it. */
export interface AccessUnit {
  /** NAL units without start codes or lengths; a key frame begins with the parameter sets. */
  readonly nals: readonly Buffer[];
  readonly keyFrame: boolean;
  /** When it is to be decoded, and shown: milliseconds from the start of the stream. */
  readonly decodeMs: number;
  readonly presentMs: number;
}

/** What a decoder must know first: the H.264 sequence and picture parameter sets. */
export interface ParameterSets {
  readonly sps: Buffer;
  readonly pps: Buffer;
}

/** What a demuxer gives, in order. */
export interface FlvReader {
  readonly onParameterSets: (sets: ParameterSets) => void;
  readonly onAccessUnit: (unit: AccessUnit) => void;
}

const fileHeaderBytes = 9 + 4;
const tagHeaderBytes = 11;
const videoTag = 9;
const avc = 7;

/** An AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.2.4.1, with one set of each kind. */
const parameterSets = (record: Buffer): ParameterSets => {
  const spsEnd = 8 + record.readUInt16BE(6);
  return {
    sps: record.subarray(8, spsEnd),
    pps: record.subarray(spsEnd + 3, spsEnd + 3 + record.readUInt16BE(spsEnd + 1)),
  };
};

const nalsOf = (payload: Buffer): readonly Buffer[] => {
  const nals: Buffer[] = [];
  for (let at = 0; at + 4 <= payload.length; at += 4 + payload.readUInt32BE(at))
    nals.push(payload.subarray(at + 4, at + 4 + payload.readUInt32BE(at)));
  return nals;
};

/**
 * A demuxer for FLV with H.264 video: feed it chunks cut anywhere. FLV says how long each picture is, so none has to
 * wait for the next one to begin, as it would in Annex B. Source: Adobe Flash Video File Format 10.1, annex E.
 */
export const createFlvDemuxer = ({ onParameterSets, onAccessUnit }: FlvReader): ((chunk: Buffer) => void) => {
  let pending: Buffer = Buffer.alloc(0);
  let skip = fileHeaderBytes;
  let sets: readonly Buffer[] = [];

  const readTag = (type: number, decodeMs: number, body: Buffer): void => {
    if (type !== videoTag || ((body[0] ?? 0) & 15) !== avc) return;
    const payload = body.subarray(5);
    if (body[1] === 0) {
      const { sps, pps } = parameterSets(payload);
      sets = [sps, pps];
      onParameterSets({ sps, pps });
    }
    if (body[1] === 1) {
      const keyFrame = (body[0] ?? 0) >> 4 === 1;
      const nals = [...(keyFrame ? sets : []), ...nalsOf(payload)];
      onAccessUnit({ nals, keyFrame, decodeMs, presentMs: decodeMs + body.readIntBE(2, 3) });
    }
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
