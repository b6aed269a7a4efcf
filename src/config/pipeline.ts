import path from 'node:path';

import type { CameraOptions, LiveStream } from '../core/camera.ts';
import type { FrameShape } from '../core/frame.ts';
import type { TaskName } from '../core/status.ts';
import type { publishKinds } from './publish-schema.ts';
import { cameraDefaults, isDenoiserName, liveDefaults } from './camera-schema.ts';
import type { PipelineSettings } from './schema.ts';

/** Where a live feed of a camera is published to. `url` may hold a password: never log it unredacted. */
export interface PublishTarget {
  readonly url: string;
  readonly kind: (typeof publishKinds)[number];
}

/** A camera with its tasks and its model folder (absolute; cameras may share one; it need not exist yet). */
export interface PipelineCamera extends CameraOptions {
  readonly live: LiveStream;
  readonly tasks: readonly TaskName[];
  readonly model: string;
  /** For live pictures: a shipped denoiser's name or an absolute folder, and how much it does, 0..1. */
  readonly denoiser: { readonly model: string; readonly strength: number };
  readonly publish?: PublishTarget;
  /** It is known, and nothing of it is opened. */
  readonly paused: boolean;
}

/** Everything a pipeline file says or implies: defaults filled in, paths absolute. */
export interface Pipeline extends Readonly<Omit<PipelineSettings, 'cameras' | 'defaults' | 'storage'>> {
  readonly cameras: readonly PipelineCamera[];
  /** Absolute folder of models, alerts and snapshots. */
  readonly storage: { readonly path: string };
}

const isRelativePath = (url: string): boolean => !/^[a-z]+:\/\//.test(url) && !path.isAbsolute(url);

const shapeOf = (size: string, colour: boolean): FrameShape => {
  const [width, height] = size.split('x').map(Number) as [number, number];
  return { width, height, format: colour ? 'rgb24' : 'gray' };
};

/** Fills in the cameras' defaults and makes every path absolute, against the folder of `file`. */
export const resolvePipeline = (settings: PipelineSettings, file: string): Pipeline => {
  const { cameras, defaults, storage, server, ...rest } = settings;
  const { dir: folder, name } = path.parse(path.resolve(file));
  const storagePath = path.resolve(folder, storage.path ?? path.join('nightjar-data', name));

  return {
    ...rest,
    server: {
      ...server,
      ...(typeof server.tls === 'object' && {
        tls: {
          certificate: path.resolve(folder, server.tls.certificate),
          key: path.resolve(folder, server.tls.key),
        },
      }),
    },
    storage: { path: storagePath },
    cameras: cameras.map((camera) => {
      const {
        size,
        colour,
        live,
        model,
        url,
        publish,
        paused = false,
        ...others
      } = { ...cameraDefaults, ...defaults, ...camera };
      const watched = { ...liveDefaults, ...defaults.live, ...live };
      return {
        ...others,
        paused,
        url: isRelativePath(url) ? path.resolve(folder, url) : url,
        ...shapeOf(size, colour),
        live: { ...shapeOf(watched.size, watched.colour), fps: watched.fps },
        denoiser: {
          model: isDenoiserName(watched.denoiser) ? watched.denoiser : path.resolve(folder, watched.denoiser),
          strength: watched.strength,
        },
        ...(publish !== undefined && {
          publish: typeof publish === 'string' ? { url: publish, kind: 'denoised' as const } : publish,
        }),
        model: model === undefined ? path.join(storagePath, 'models', camera.id) : path.resolve(folder, model),
      };
    }),
  };
};
