import path from 'node:path';

import type { CameraOptions } from '../core/camera.ts';
import type { TaskName } from '../core/status.ts';
import { cameraDefaults } from './schema.ts';
import type { PipelineSettings } from './schema.ts';

/** A camera with its tasks and its model folder (absolute; cameras may share one; it need not exist yet). */
export interface PipelineCamera extends CameraOptions {
  readonly tasks: readonly TaskName[];
  readonly model: string;
}

/** Everything a pipeline file says or implies: defaults filled in, paths absolute. */
export interface Pipeline extends Readonly<Omit<PipelineSettings, 'cameras' | 'defaults' | 'storage'>> {
  readonly cameras: readonly PipelineCamera[];
  /** Absolute folder of models, alerts and snapshots. */
  readonly storage: { readonly path: string };
}

const isRelativePath = (url: string): boolean => !/^[a-z]+:\/\//.test(url) && !path.isAbsolute(url);

/** Fills in the cameras' defaults and makes every path absolute, against the folder of `file`. */
export const resolvePipeline = (settings: PipelineSettings, file: string): Pipeline => {
  const { cameras, defaults, storage, ...rest } = settings;
  const { dir: folder, name } = path.parse(path.resolve(file));
  const storagePath = path.resolve(folder, storage.path ?? path.join('nightjar-data', name));

  return {
    ...rest,
    storage: { path: storagePath },
    cameras: cameras.map((camera) => {
      const { size, colour, model, url, ...others } = { ...cameraDefaults, ...defaults, ...camera };
      const [width, height] = size.split('x').map(Number) as [number, number];
      return {
        ...others,
        url: isRelativePath(url) ? path.resolve(folder, url) : url,
        width,
        height,
        format: colour ? 'rgb24' : 'gray',
        model: model === undefined ? path.join(storagePath, 'models', camera.id) : path.resolve(folder, model),
      };
    }),
  };
};
