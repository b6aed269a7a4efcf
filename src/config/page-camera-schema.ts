import * as z from 'zod';

import { camera, denoiserNames, liveKeys, pageCameraUrl } from './camera-schema.ts';
import { choice, group } from './schema-parts.ts';

/**
 * A camera as the page may add it: the keys of a pipeline file, but nothing that names a file or folder of the machine
 * Nightjar runs on.
 */
const { model: _model, url: _url, live: _live, publish: _publish, paused: _paused, ...keys } = camera.shape;
const pageKeys = {
  ...keys,
  url: pageCameraUrl,
  live: z.exactOptional(group({ ...liveKeys, denoiser: z.exactOptional(choice(denoiserNames)) })),
};

export const pageCamera = z.strictObject(pageKeys).meta({ id: 'CameraSettings' });

const { id: _id, ...changeable } = pageKeys;
const nullable = (shape: z.ZodRawShape) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(shape).map(([key, schema]) => [key, z.nullable(schema as z.ZodType).optional()]),
    ) as Record<string, z.ZodOptional<z.ZodNullable>>,
  );

/** What the page may change of a camera; null takes a key out, so that the default counts again. */
export const pageCameraChanges = nullable({
  ...changeable,
  // A folder that the file names already may come back with the others.
  live: nullable(liveKeys),
}).meta({ id: 'CameraChanges' });
