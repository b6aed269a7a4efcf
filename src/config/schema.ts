import * as z from 'zod';

import { devices } from '../core/engine.ts';
import { alerts } from './alerts-schema.ts';
import { camera, cameraDefaults, cameraSettings } from './camera-schema.ts';
import { notify } from './notify-schema.ts';
import { choice, flag, folder, fraction, group, integer, number } from './schema-parts.ts';
import { server } from './server-schema.ts';

/**
 * The shape of a pipeline file. Units are in the keys' names; `description` and `default` feed the editor's JSON schema and
 * are checked against docs/configuration.md.
 */

/** Architectures that see one picture at a time and give it back. */
const autoencoders = ['convolutional', 'strided', 'dense'] as const;
export const isAutoencoder = (architecture: string): boolean => autoencoders.some((name) => name === architecture);

const learning = group({
  automatic: flag
    .default(true)
    .describe('Learn a model by itself when a camera that has none is run; otherwise only `nightjar learn` does.'),
  minutes: number(0.1, 10_080).default(5).describe('Minutes of footage to collect. Normal life only; more is better.'),
  architecture: choice(['motion', ...autoencoders, 'recurrent', 'predictor'])
    .default('motion')
    .describe(
      'Kind of anomaly model: motion learns how things that look like this move, and is the best; the autoencoders score their reconstruction error: strided is fast, convolutional is the classic one, dense is for tiny pictures, recurrent remembers what it saw; predictor foresees the next picture.',
    ),
  noise: fraction
    .default(0.05)
    .describe('Standard deviation of the noise added to training pictures, where 1 is full white.'),
  maxMinutes: number(0.05, 10_080).default(10).describe('Minutes of training at most.'),
  batch: integer(1, 1024).default(4).describe('Pictures in one training step.'),
  validationShare: number(0.05, 0.5)
    .default(0.3)
    .describe('Share of the footage that is held back: it ends the training and sets the alert threshold.'),
  patience: integer(1, 1000).default(5).describe('Epochs without improvement after which training ends.'),
  seed: integer(0, 2 ** 32 - 1)
    .default(1)
    .describe('Seed of the weights and of the noise: the same footage and seed give the same model.'),
}).prefault({});

const engine = group({
  name: choice(['onnxruntime', 'tfjs'])
    .default('onnxruntime')
    .describe('What runs the models. tfjs needs the package @tensorflow/tfjs-node-gpu.'),
  device: choice(devices)
    .default('auto')
    .describe('Where they run. auto takes the fastest that works and logs why the others do not.'),
  workers: z
    .exactOptional(integer(1, 256))
    .describe('Worker threads. Without it as many as the device makes good use of (a CPU: one a core).'),
  batch: z
    .exactOptional(integer(1, 256))
    .describe('Pictures in one run, at most. Without it what the device gains from (a CPU: 1).'),
}).prefault({});

const storage = group({
  path: z
    .exactOptional(folder)
    .describe(
      "Folder for models, alerts and snapshots, relative to this file. Without it nightjar-data/NAME beside this file, NAME being this file's name without its extension.",
    ),
}).prefault({});

const reportRepeatedIds = (cameras: readonly unknown[], context: z.RefinementCtx): void => {
  const firsts = new Map<unknown, number>();
  for (const [index, value] of cameras.entries()) {
    const id: unknown = (value as { id?: unknown } | null)?.id;
    const first = firsts.get(id);
    if (first === undefined) firsts.set(id, index);
    else if (typeof id === 'string')
      context.addIssue({
        code: 'custom',
        input: id,
        path: [index, 'id'],
        message: 'an id of its own',
        params: { like: ['cameras', first, 'id'] },
      });
  }
};

const cameras = z
  .array(camera, 'a list of cameras')
  // Also when a camera is wrong otherwise: all problems are reported at once.
  .superRefine(reportRepeatedIds, { when: ({ value }) => Array.isArray(value) });

export const pipelineSchema = group({
  cameras: cameras.describe('The cameras.'),
  defaults: group(cameraSettings)
    .prefault({})
    .describe('Keys of a camera, except id and url, for every camera that does not set them itself.'),
  learning: learning.describe('How models are learned from the footage.'),
  alerts: alerts.describe('When an incident begins and ends.'),
  notify: notify.describe('Who is told of alerts: MQTT brokers (Home Assistant) and webhooks.'),
  engine: engine.describe('What runs the models, and where.'),
  server: server.describe('The page, the API and the metrics.'),
  storage: storage.describe('Where models and alerts are kept.'),
}).superRefine(({ cameras, defaults, engine, learning }, context) => {
  if (engine.name === 'tfjs' && !isAutoencoder(learning.architecture))
    context.addIssue({
      code: 'custom',
      input: learning.architecture,
      path: ['learning', 'architecture'],
      message: 'strided, convolutional or dense, which the engine tfjs can run',
    });
  const firsts = new Map<string, { readonly index: number; readonly shape: string }>();
  for (const [index, camera] of cameras.entries()) {
    const { model, size, colour, tasks } = { ...cameraDefaults, ...defaults, ...camera };
    if (tasks.includes('colorize') && (!colour || engine.name === 'tfjs'))
      context.addIssue({
        code: 'custom',
        input: tasks,
        path: camera.tasks ? ['cameras', index, 'tasks'] : ['defaults', 'tasks'],
        message: colour ? 'no colorize, which the engine tfjs cannot run' : 'no colorize, or colour: true beside it',
      });
    if (model === undefined) continue;
    const shape = `${size} ${colour}`;
    const first = firsts.get(model);
    if (!first) firsts.set(model, { index, shape });
    else if (first.shape !== shape)
      context.addIssue({
        code: 'custom',
        input: model,
        path: ['cameras', index, 'model'],
        message: 'the same size and colour for all cameras of a model',
        params: { like: ['cameras', first.index, 'model'] },
      });
  }
});

/** A pipeline file that was validated, as it was written. */
export type PipelineSettings = z.output<typeof pipelineSchema>;
