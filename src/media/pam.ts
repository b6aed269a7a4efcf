import type { FrameShape } from '../core/frame.ts';

/** A picture in memory: height x width x channels bytes. */
export interface Picture extends FrameShape {
  readonly data: Uint8Array;
}

/**
 * The one picture of a PAM as ffmpeg writes it, gray or RGB with 8 bits; undefined when it is none, or cut off.
 * Source: https://netpbm.sourceforge.net/doc/pam.html
 */
export const parsePam = (pam: Buffer): Picture | undefined => {
  const [header = '', width, height, depth] =
    /^P7\nWIDTH (\d+)\nHEIGHT (\d+)\nDEPTH ([13])\nMAXVAL 255\nTUPLTYPE \w+\nENDHDR\n/.exec(pam.toString('latin1', 0, 128)) ?? []; // prettier-ignore
  if (width === undefined) return undefined;
  const shape = { width: Number(width), height: Number(height), format: depth === '1' ? 'gray' : 'rgb24' } as const;
  const data = pam.subarray(header.length);
  return data.length === shape.width * shape.height * Number(depth) ? { ...shape, data } : undefined;
};
