import { nalsOf, parameterSetsOf, type ParameterSets } from '../video/avc.ts';
import { createFlvDemuxer } from '../video/flv.ts';

/** One picture as a decoder takes it. */
export interface AccessUnit {
  /** NAL units without start codes or lengths; a key frame begins with the parameter sets. */
  readonly nals: readonly Buffer[];
  readonly keyFrame: boolean;
  /** When it is to be decoded, and shown: milliseconds from the start of the stream. */
  readonly decodeMs: number;
  readonly presentMs: number;
}

/** What a demuxer gives, in order. */
export interface AccessUnitReader {
  readonly onParameterSets: (sets: ParameterSets) => void;
  readonly onAccessUnit: (unit: AccessUnit) => void;
}

/** Reads access units from FLV with H.264 video; feed it chunks cut anywhere. */
export const createAccessUnitDemuxer = ({
  onParameterSets,
  onAccessUnit,
}: AccessUnitReader): ((chunk: Buffer) => void) => {
  let sets: readonly Buffer[] = [];
  return createFlvDemuxer({
    onConfig: (record) => {
      const { sps, pps } = parameterSetsOf(record);
      sets = [sps, pps];
      onParameterSets({ sps, pps });
    },
    onPicture: ({ data, keyFrame, decodeMs, presentMs }) =>
      onAccessUnit({ nals: [...(keyFrame ? sets : []), ...nalsOf(data)], keyFrame, decodeMs, presentMs }),
  });
};
