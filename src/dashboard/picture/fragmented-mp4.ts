/** What an H.264 track is described by. */
export interface TrackDescription {
  /** The AVCDecoderConfigurationRecord. */
  readonly record: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** One picture; times are in ticks of `timescale`. */
export interface Sample {
  readonly decodeTime: number;
  readonly duration: number;
  readonly keyFrame: boolean;
  /** NAL units, each after its length in four bytes. */
  readonly data: Uint8Array;
}

/** Ticks a second. */
export const timescale = 1000;

type Part = readonly number[] | Uint8Array;

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const u32 = (value: number): number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
const text = (value: string): number[] => Array.from(value, (letter) => letter.charCodeAt(0));

/** The parts one after the other. */
export const joined = (parts: readonly Part[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const box = (name: string, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> => {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return joined([u32(length), text(name), ...parts]);
};
/** Version and flags in front. */
const fullBox = (name: string, version: number, flags: number, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> =>
  box(name, u32((version << 24) | flags), ...parts);

const unityMatrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);

const sampleEntry = ({ record, width, height }: TrackDescription): Uint8Array => {
  const resolution = [...u32(0x480000), ...u32(0x480000)];
  const before = [...zeros(6), ...u16(1), ...zeros(16), ...u16(width), ...u16(height), ...resolution, ...zeros(4)];
  return box('avc1', [...before, ...u16(1), ...zeros(32), ...u16(24), ...u16(0xffff)], box('avcC', record));
};

/**
 * The beginning of a fragmented MP4 of one H.264 track without an end: its duration is 0, which tells Chromium that it is
 * live, so that it shows each picture as soon as it can. Source: ISO/IEC 14496-12.
 */
export const initSegment = (track: TrackDescription): Uint8Array<ArrayBuffer> => {
  const { width, height } = track;
  const mvhd = fullBox('mvhd', 0, 0, zeros(8), u32(timescale), u32(0), u32(0x10000), u16(0x100), zeros(10), unityMatrix, zeros(24), u32(2)); // prettier-ignore
  const tkhd = fullBox('tkhd', 0, 3, zeros(8), u32(1), zeros(4), u32(0), zeros(16), unityMatrix, u32(width << 16), u32(height << 16)); // prettier-ignore
  const mdhd = fullBox('mdhd', 0, 0, zeros(8), u32(timescale), u32(0), u16(0x55c4), u16(0));
  const hdlr = fullBox('hdlr', 0, 0, zeros(4), text('vide'), zeros(12), [0]);
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const stsd = fullBox('stsd', 0, 0, u32(1), sampleEntry(track));
  const empty = [fullBox('stts', 0, 0, u32(0)), fullBox('stsc', 0, 0, u32(0)), fullBox('stsz', 0, 0, zeros(8)), fullBox('stco', 0, 0, u32(0))]; // prettier-ignore
  const minf = box('minf', fullBox('vmhd', 0, 1, zeros(8)), dinf, box('stbl', stsd, ...empty));
  const trak = box('trak', tkhd, box('mdia', mdhd, hdlr, minf));
  const mvex = box('mvex', fullBox('trex', 0, 0, u32(1), u32(1), u32(0), u32(0), u32(0)));
  return joined([box('ftyp', text('iso6'), u32(1), text('iso6avc1')), box('moov', mvhd, trak, mvex)]);
};

const keyFlags = 0x02000000;
const deltaFlags = 0x01010000;
/** Of trun: data offset, and duration, size and flags of each sample. */
const trunFlags = 0x000701;
const defaultBaseIsMoof = 0x020000;

/** A fragment of one picture; `sequence` counts from 1. */
export const fragment = (
  sequence: number,
  { decodeTime, duration, keyFrame, data }: Sample,
): Uint8Array<ArrayBuffer> => {
  const time = [...u32(Math.floor(decodeTime / 2 ** 32)), ...u32(decodeTime % 2 ** 32)];
  const moof = (dataOffset: number): Uint8Array<ArrayBuffer> =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(sequence)),
      box(
        'traf',
        fullBox('tfhd', 0, defaultBaseIsMoof, u32(1)),
        fullBox('tfdt', 1, 0, time),
        fullBox('trun', 0, trunFlags, u32(1), u32(dataOffset), u32(duration), u32(data.length), u32(keyFrame ? keyFlags : deltaFlags)), // prettier-ignore
      ),
    );
  return joined([moof(moof(0).length + 8), box('mdat', data)]);
};
