import type { CameraTask } from './camera-task.ts';
import { rowOf } from './decode.ts';

/** Mean of |Cb| + |Cr|, in gray levels: below the first a picture is gray, above the second it has colours of its own. */
export const leastChroma = 0.75;
const ownChroma = 1.5;

/** Colours the gray pictures of a camera, those of infrared light; what has colours of its own is left alone. */
export const createColorizer = (): CameraTask => {
  let isGray = false;
  return {
    fetches: ['colorized', 'chroma'],
    inputs: () => ({}),
    decode(outputs, index) {
      isGray = rowOf(outputs, 'chroma', 'float32', index)[0]! < (isGray ? ownChroma : leastChroma);
      return isGray ? { colorized: rowOf(outputs, 'colorized', 'uint8', index) } : {};
    },
  };
};
