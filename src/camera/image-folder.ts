import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { DataError } from '../core/errors.ts';
import { compare, imageFile } from './read-footage.ts';

/** Files by their names without ending, in natural order. */
export interface ImageFolder {
  readonly images: ReadonlyMap<string, string>;
  /** Masks that lie beside their images: NAME.png beside NAME of another ending. */
  readonly masks: ReadonlyMap<string, string>;
}

/**
 * The images of one folder. Throws DataError: 'unreadable' for what is no folder, 'empty' for one without images,
 * 'mismatch' for files of one name of which none is the mask of the other.
 */
export const listImages = async (folder: string): Promise<ImageFolder> => {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new DataError('unreadable', `${folder}: expected a folder of images`, { cause });
  });
  const images = new Map<string, string>();
  const masks = new Map<string, string>();
  const isMask = (file: string, other: string): boolean =>
    path.extname(file) === '.png' && path.extname(other) !== '.png';
  for (const file of files.filter((name) => imageFile.test(name)).sort(compare)) {
    const { name } = path.parse(file);
    const other = images.get(name);
    if (other !== undefined && (masks.has(name) || (!isMask(file, other) && !isMask(other, file))))
      throw new DataError(
        'mismatch',
        `${folder}: expected one image named ${name} (and NAME.png beside it as its mask), found ${path.basename(other)} and ${file}`,
      );
    const place = path.join(folder, file);
    images.set(name, other !== undefined && isMask(file, other) ? other : place);
    if (other !== undefined) masks.set(name, isMask(file, other) ? place : other);
  }
  if (images.size === 0)
    throw new DataError(
      'empty',
      `${folder}: expected images (jpg, png, bmp, webp, tif), found ${files.length} other files`,
    );
  return { images, masks };
};
