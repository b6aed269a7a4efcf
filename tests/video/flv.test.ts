import { codecOf, nalsOf, parameterSetsOf } from '../../src/video/avc.ts';
import { createFlvDemuxer, type FlvPicture } from '../../src/video/flv.ts';
import { configTag, fileHeader, pictureTag, record, scriptTag } from './flv-bytes.ts';

const demux = (chunks: readonly Buffer[]) => {
  const records: Buffer[] = [];
  const pictures: FlvPicture[] = [];
  const feed = createFlvDemuxer({
    onConfig: (config) => records.push(config),
    onPicture: (picture) => pictures.push(picture),
  });
  for (const chunk of chunks) feed(chunk);
  return { records, pictures };
};

test('gives the configuration and each picture as soon as its last byte is there', () => {
  const { records, pictures } = demux([fileHeader, scriptTag, configTag, pictureTag([0x65, 9], true)]);
  expect(records).toEqual([record]);
  expect(pictures).toEqual([{ data: Buffer.from([0, 0, 0, 2, 0x65, 9]), keyFrame: true, decodeMs: 0, presentMs: 0 }]);
});

test('reads times beyond 24 bits, and pictures that are shown later than they are decoded', () => {
  const { pictures } = demux([fileHeader, pictureTag([0x41], false, 20_000_000, 80)]);
  expect(pictures).toMatchObject([{ keyFrame: false, decodeMs: 20_000_000, presentMs: 20_000_080 }]);
});

test('gives the same however the bytes are cut', () => {
  const whole = Buffer.concat([
    fileHeader,
    scriptTag,
    configTag,
    pictureTag([0x65, 9], true),
    pictureTag([0x41], false),
  ]);
  const bytes = Array.from(whole, (_byte, at) => whole.subarray(at, at + 1));
  expect(demux(bytes)).toEqual(demux([whole]));
  expect(demux(bytes).pictures).toHaveLength(2);
});

test('a configuration record gives the parameter sets and the name of the codec', () => {
  expect(parameterSetsOf(record)).toEqual({ sps: Buffer.from([0x67, 1, 2]), pps: Buffer.from([0x68, 3]) });
  expect(codecOf(record)).toBe('avc1.42C01F');
});

test('NAL units are cut by their lengths', () => {
  expect(nalsOf(Buffer.from([0, 0, 0, 2, 0x06, 1, 0, 0, 0, 1, 0x65]))).toEqual([
    Buffer.from([0x06, 1]),
    Buffer.from([0x65]),
  ]);
});
