import type { DataSet } from '../../src/learn/data-set.ts';
import { DataSetCollector } from '../../src/learn/data-set.ts';

/** Gray pictures of 8 x 8 in which a soft bright column moves to and fro, as a camera at 4 frames a second sees it. */
export const tinySet = (count: number): DataSet => {
  const collector = new DataSetCollector({ width: 8, height: 8, format: 'gray' }, 4);
  for (let index = 0; index < count; index++) collector.add({ data: tinyPicture(3.5 + 3 * Math.sin(index / 3)) });
  return collector.finish('tiny set');
};

/** The picture with its bright column at `centre`, in pixels. */
export const tinyPicture = (centre: number): Uint8Array =>
  Uint8Array.from({ length: 64 }, (_, at) => 40 + 180 * Math.exp(-(((at % 8) - centre) ** 2) / 2));
