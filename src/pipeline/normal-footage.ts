import { readAlertFootage } from '../alert/footage-file.ts';
import { messageOf } from '../core/errors.ts';
import { DataSetCollector } from '../learn/data-set.ts';
import type { DataSet } from '../learn/data-set.ts';

/** Frames are neighbours in time when their rate is that of the camera, give or take a quarter; long alerts are thinned. */
const tolerance = 0.25;

/**
 * The footage in `files` (of alerts that a person judged normal) in the shape of `like`; undefined when there is none. What
 * has another shape, from before the camera's size was changed, is left out; so is what cannot be read, and `onNote` told.
 */
export const readNormalFootage = async (
  files: readonly string[],
  like: DataSet,
  onNote?: (note: string) => void,
): Promise<DataSet | undefined> => {
  const collector = new DataSetCollector(like, like.framesPerSecond);
  for (const file of files) {
    const footage = await readAlertFootage(file).catch((error: unknown) => {
      onNote?.(`footage that was judged normal is left out: ${messageOf(error)}`);
    });
    if (!footage) continue;
    const { width, height, format, framesPerSecond, frames } = footage;
    if (width !== like.width || height !== like.height || format !== like.format) continue;
    const areNeighbours = Math.abs(framesPerSecond / like.framesPerSecond - 1) <= tolerance;
    for (const [index, data] of frames.entries()) {
      if (index === 0 || !areNeighbours) collector.cut();
      collector.add({ data });
    }
  }
  return collector.seen > 0 ? collector.finish('alerts judged normal', 1) : undefined;
};
