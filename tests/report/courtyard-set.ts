import type { DataSet } from '../../src/learn/data-set.ts';
import { DataSetCollector } from '../../src/learn/data-set.ts';
import { renderFootage } from '../../src/simulate/footage.ts';
import { defaultScene } from '../../src/simulate/scene.ts';

const scene = { ...defaultScene, width: 64, height: 48, fps: 5 };

/** `count` small gray frames of the simulator's courtyard. */
export const courtyardSet = (count: number): DataSet => {
  const collector = new DataSetCollector({ ...scene, format: 'gray' }, scene.fps);
  for (const frame of renderFootage({ ...scene, fromSeconds: 0, toSeconds: count / scene.fps, format: 'gray' }))
    collector.add(frame);
  return collector.finish('courtyard');
};
