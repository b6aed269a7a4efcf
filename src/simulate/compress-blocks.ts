import { lumaAt } from '../core/luma.ts';

const size = 8;
/** Gray levels of the coarsest and of each further step of frequency; a JPEG of quality 10 has about these. */
const steps = { lowest: 48, more: 20 };

/** Row `frequency`, column `place` of the orthonormal discrete cosine transform (DCT-II). */
const cosines = Float32Array.from({ length: size * size }, (_, index) => {
  const [frequency, place] = [Math.floor(index / size), index % size];
  const norm = Math.sqrt((frequency === 0 ? 1 : 2) / size);
  return norm * Math.cos(((2 * place + 1) * frequency * Math.PI) / (2 * size));
});

/** out = matrix x block, transposed; `isInverse` takes the matrix transposed. Twice, it transforms rows and columns. */
const transform = (block: Float32Array, out: Float32Array, isInverse: boolean): void => {
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let k = 0; k < size; k++)
        sum += (cosines[isInverse ? k * size + row : row * size + k] ?? 0) * (block[k * size + column] ?? 0);
      out[column * size + row] = sum;
    }
};

/**
 * What a camera that saves bits makes of a picture (rgb24, height x width x 3), in place: the brightness of each 8x8 block
 * is transformed and coarsely quantised, as JPEG and H.264 do; colours keep their distance from it. What is left over at
 * the right and below stays.
 */
export const compressBlocks = (picture: Uint8Array, width: number, height: number): void => {
  const [luma, half, spectrum] = [0, 1, 2].map(() => new Float32Array(size * size)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const pixelOf = (left: number, top: number, index: number): number =>
    (top + Math.floor(index / size)) * width + left + (index % size);
  for (let top = 0; top + size <= height; top += size)
    for (let left = 0; left + size <= width; left += size) {
      for (let index = 0; index < luma.length; index++) luma[index] = lumaAt(picture, pixelOf(left, top, index), 3);
      transform(luma, half, false);
      transform(half, spectrum, false);
      for (let index = 0; index < spectrum.length; index++) {
        const step = steps.lowest + steps.more * (Math.floor(index / size) + (index % size));
        spectrum[index] = Math.round((spectrum[index] ?? 0) / step) * step;
      }
      transform(spectrum, half, true);
      transform(half, spectrum, true);
      for (let index = 0; index < luma.length; index++) {
        const pixel = pixelOf(left, top, index);
        const change = (spectrum[index] ?? 0) - (luma[index] ?? 0);
        for (let at = pixel * 3; at < pixel * 3 + 3; at++)
          picture[at] = Math.min(255, Math.max(0, (picture[at] ?? 0) + change + 0.5));
      }
    }
};
