/** What a decoder must know first: the H.264 sequence and picture parameter sets. */
export interface ParameterSets {
  readonly sps: Buffer;
  readonly pps: Buffer;
}

/** The parameter sets in an AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.2.4.1, with one set of each kind. */
export const parameterSetsOf = (record: Buffer): ParameterSets => {
  const spsEnd = 8 + record.readUInt16BE(6);
  return {
    sps: record.subarray(8, spsEnd),
    pps: record.subarray(spsEnd + 3, spsEnd + 3 + record.readUInt16BE(spsEnd + 1)),
  };
};

/** The NAL units of a picture in which each stands after its length in four bytes. */
export const nalsOf = (data: Buffer): readonly Buffer[] => {
  const nals: Buffer[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4 + data.readUInt32BE(at))
    nals.push(data.subarray(at + 4, at + 4 + data.readUInt32BE(at)));
  return nals;
};

/** The codec by its name in RFC 6381, from a configuration record: profile, constraints and level, as "avc1.42C01F". */
export const codecOf = (record: Buffer): string => `avc1.${record.toString('hex', 1, 4).toUpperCase()}`;
