/** Packets of an MPEG transport stream as FFmpeg writes them: tables, and pictures on PID 0x100. */

const packet = (
  pid: number,
  isBeginning: boolean,
  rest: readonly number[] = [],
  adaptation?: readonly number[],
): Buffer => {
  const head = [0x47, (isBeginning ? 0x40 : 0) | (pid >> 8), pid & 255, adaptation ? 0x30 : 0x10];
  const bytes = [...head, ...(adaptation ? [adaptation.length, ...adaptation] : []), ...rest];
  return Buffer.concat([Buffer.from(bytes), Buffer.alloc(188 - bytes.length, 0xff)]);
};

export const streamTypes = { h264: 0x1b, hevc: 0x24 } as const;

export const pat = (): Buffer =>
  packet(0, true, [0, 0x00, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xf0, 0x00, 0x2a, 0xb1, 0x04, 0xb2]);

export const pmt = (type: number): Buffer =>
  packet(0x1000, true, [0, 0x02, 0xb0, 18, 0, 1, 0xc1, 0, 0, 0xe1, 0, 0xf0, 0, type, 0xe1, 0, 0xf0, 0, 1, 2, 3, 4]);

/** One picture of so many packets, filled with `value`. */
export const picture = (begins: 'key' | 'picture', packets: number, value = 1): Buffer =>
  Buffer.concat(
    Array.from({ length: packets }, (_, index) =>
      packet(0x100, index === 0, [value], index === 0 ? [begins === 'key' ? 0x50 : 0x10] : undefined),
    ),
  );
