import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { readFootage } from '../camera/read-footage.ts';
import type { FootageOptions } from '../camera/read-footage.ts';
import { DataSetCollector } from './data-set.ts';
import type { DataSet } from './data-set.ts';

/**
 * Reads videos and folders of images, in order, into one set. Rejects with DataError naming the source that is at fault,
 * or with the reason of the signal.
 */
export const collectFootage = async (
  sources: readonly string[],
  options: FootageOptions,
  ffmpeg: Ffmpeg,
  signal?: AbortSignal,
): Promise<DataSet> => {
  const collector = new DataSetCollector(options, options.fps);
  for (const source of sources) {
    collector.cut();
    for await (const frame of readFootage(source, options, ffmpeg)) {
      collector.add(frame);
      frame.release();
      signal?.throwIfAborted();
    }
  }
  return collector.finish(sources.join(', '));
};
