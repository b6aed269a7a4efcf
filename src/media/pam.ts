import { channelsOf } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';

/** A picture in memory: height x width x channels bytes. */
export interface Picture extends FrameShape {
  readonly data: Uint8Array;
}

/** Gray or RGB with 8 bits, as a PAM: https://netpbm.sourceforge.net/doc/pam.html */
export const pamOf = ({ width, height, format, data }: Picture): Buffer => {
  const type = format === 'gray' ? 'GRAYSCALE' : 'RGB';
  const header = `P7\nWIDTH ${width}\nHEIGHT ${height}\nDEPTH ${channelsOf(format)}\nMAXVAL 255\nTUPLTYPE ${type}\nENDHDR\n`;
  return Buffer.concat([Buffer.from(header), data]);
};

/** The one picture of a PAM as ffmpeg writes it, gray or RGB with 8 bits; undefined when it is none, or cut off. */
export const parsePam = (pam: Buffer): Picture | undefined => {
  const [header = '', width, height, depth] =
    /^P7\nWIDTH (\d+)\nHEIGHT (\d+)\nDEPTH ([13])\nMAXVAL 255\nTUPLTYPE \w+\nENDHDR\n/.exec(pam.toString('latin1', 0, 128)) ?? []; // prettier-ignore
  if (width === undefined) return undefined;
  const shape = { width: Number(width), height: Number(height), format: depth === '1' ? 'gray' : 'rgb24' } as const;
  const data = pam.subarray(header.length);
  return data.length === shape.width * shape.height * Number(depth) ? { ...shape, data } : undefined;
};
