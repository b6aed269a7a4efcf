import type { DataSet } from '../../../src/learn/data-set.ts';

/** Gray frames as the footage of a camera at 10 frames a second. */
export const footageOf = (frames: readonly Uint8Array[], width: number, height: number): DataSet => ({
  width,
  height,
  format: 'gray',
  framesPerSecond: 10,
  count: frames.length,
  at: (index) => frames[index]!,
  continues: (index) => index > 0,
});
