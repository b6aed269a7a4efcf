import type { FrameShape } from '../core/frame.ts';

/**
 * IVF, the plainest container that gives each frame its own time: raw video in it keeps gaps and uneven rates, which
 * raw video by itself loses. Source: https://wiki.multimedia.cx/index.php/Duck_IVF
 */

/** Units of a frame's time in a second: exact for 24, 25, 30, 50 and 60 frames a second, also times 1000/1001. */
export const ticksPerSecond = 120_000;

/** FFmpeg's names of the pixel formats in containers (libavcodec/raw.c). */
const codes = { gray: 'Y800', rgb24: 'RGB\x18' } as const;

/** What stands before the first frame. Throws RangeError for sides that IVF cannot write down (from 65,536 on). */
export const ivfHeader = ({ width, height, format }: FrameShape): Buffer => {
  const header = Buffer.alloc(32);
  header.write('DKIF', 'latin1');
  header.writeUInt16LE(32, 6);
  header.write(codes[format], 8, 'latin1');
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(ticksPerSecond, 16);
  header.writeUInt32LE(1, 20);
  return header;
};

/** What stands before each frame: its length in bytes and its time in ticks. */
export const ivfFrameHeader = (bytes: number, ticks: number): Buffer => {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(bytes, 0);
  header.writeBigInt64LE(BigInt(ticks), 4);
  return header;
};
