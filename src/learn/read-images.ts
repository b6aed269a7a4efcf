import { availableParallelism } from 'node:os';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { readStill } from '../camera/read-still.ts';
import type { Size, Still } from '../camera/read-still.ts';
import { DataError } from '../core/errors.ts';

export interface ReadImagesOptions {
  readonly ffmpeg: Ffmpeg;
  /** All images are scaled to it; without it each keeps its own size. */
  readonly size?: Size | undefined;
  /** The least width and height. */
  readonly least: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRead?: (done: number) => void;
}

/**
 * Reads images into memory, in order, as many at once as there are processors. Throws DataError: 'unreadable' for one
 * that cannot be decoded, 'mismatch' for one that is too small.
 */
export const readImages = async (files: readonly string[], options: ReadImagesOptions): Promise<Still[]> => {
  const images: Still[] = [];
  let next = 0;
  let done = 0;
  const reader = async (): Promise<void> => {
    while (next < files.length) {
      options.signal?.throwIfAborted();
      const index = next++;
      images[index] = await readImage(files[index]!, options).catch((error: unknown) => {
        // The other readers stop too.
        next = files.length;
        throw error;
      });
      options.onRead?.(++done);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, reader));
  return images;
};

/** One image, as `readImages` does. */
export const readImage = async (
  file: string,
  { ffmpeg, size, least }: Pick<ReadImagesOptions, 'ffmpeg' | 'size' | 'least'>,
): Promise<Still> => {
  const image = await readStill(file, ffmpeg, size);
  if (Math.min(image.width, image.height) >= least) return image;
  throw new DataError(
    'mismatch',
    `${file}: expected at least ${least}x${least} pixels, found ${image.width}x${image.height}; scale with --size or learn smaller squares with --patch`,
  );
};
