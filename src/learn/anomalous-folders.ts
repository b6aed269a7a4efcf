import path from 'node:path';

import { listImages } from '../camera/image-folder.ts';
import { DataError } from '../core/errors.ts';

/** A folder of anomalous images, with a mask for each image or none at all. */
export interface AnomalousFolder {
  readonly name: string;
  readonly images: readonly { readonly file: string; readonly mask?: string }[];
  readonly hasMasks: boolean;
}

/**
 * Lists folders of anomalous images and their masks: those of the folders `maskFolders`, one for each, or, without, those
 * that lie beside the images. Throws DataError as `listImages` does, and 'mismatch' when masks and images do not match.
 */
export const listAnomalous = async (
  folders: readonly string[],
  maskFolders: readonly string[],
): Promise<AnomalousFolder[]> => {
  if (maskFolders.length > 0 && maskFolders.length !== folders.length)
    throw new DataError(
      'mismatch',
      `Expected a folder of masks for each of the ${folders.length} folders of anomalous images, found ${maskFolders.length}`,
    );
  const listed: AnomalousFolder[] = [];
  for (const [index, folder] of folders.entries()) {
    const { images, masks: beside } = await listImages(folder);
    const from = maskFolders[index];
    const given =
      from === undefined || path.resolve(from) === path.resolve(folder) ? beside : (await listImages(from)).images;
    const hasMasks = from !== undefined || given.size > 0;
    const masks = hasMasks ? matchMasks(images, given, from ?? folder) : new Map<string, string>();
    listed.push({
      name: folders.some((other, place) => place !== index && path.basename(other) === path.basename(folder))
        ? folder
        : path.basename(folder),
      images: [...images].map(([name, file]) => ({ file, ...(hasMasks && { mask: masks.get(name)! }) })),
      hasMasks,
    });
  }
  return listed;
};

/** Problems that an error names before it counts the others. */
const fewProblems = 3;

/** The mask of each image has its name, or that name with _mask after it. */
const matchMasks = (
  images: ReadonlyMap<string, string>,
  masks: ReadonlyMap<string, string>,
  where: string,
): Map<string, string> => {
  const byImage = new Map(
    [...masks].map(([name, file]) => [images.has(name) ? name : name.replace(/_mask$/, ''), file]),
  );
  const problems = [
    ...[...images].flatMap(([name, file]) => (byImage.has(name) ? [] : [`${path.basename(file)} has no mask`])),
    ...[...byImage].flatMap(([name, file]) => (images.has(name) ? [] : [`${path.basename(file)} has no image`])),
  ];
  if (problems.length === 0) return byImage;
  const more = problems.length > fewProblems ? ` and ${problems.length - fewProblems} more` : '';
  throw new DataError(
    'mismatch',
    `${where}: expected a mask for each of the ${images.size} images, found ${masks.size}: ${problems.slice(0, fewProblems).join(', ')}${more}`,
  );
};
