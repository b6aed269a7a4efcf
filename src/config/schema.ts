import * as z from 'zod';

import { devices } from '../core/engine.ts';
import { publishKey } from './publish-schema.ts';

/**
 * The shape of a pipeline file. Every leaf's error message is a noun phrase that completes "expected ..."; units are in the
 * keys' names; `description` and `default` feed the editor's JSON schema and are checked against docs/configuration.md.
 */

const number = (min: number, max: number, expected = `a number from ${min} to ${max}`) =>
  z.number(expected).min(min, expected).max(max, expected);

const integer = (min: number, max: number, expected = `a whole number from ${min} to ${max}`) =>
  z.int(expected).min(min, expected).max(max, expected);

const choice = <const Name extends string>(names: readonly Name[]) => z.enum(names, `one of ${names.join(', ')}`);

const flag = z.boolean('true or false');
const group = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, 'a group of keys');

const sourcePattern =
  /^(?:(?:rtsps?|https?):\/\/[^\s/?#]|simulator:\/\/[a-z]|file:\/\/\/|(?!-|$)[^:/\p{Cc}]*(?:\/|$))\P{Cc}*$/u;
const source = z
  .string('the URL or path of a camera')
  .regex(
    sourcePattern,
    'rtsp://, rtsps://, http://, https://, file:///, simulator://, /dev/videoN or a file path (./ in front if it begins with - or holds a colon)',
  );

const sizeExpected = 'WIDTHxHEIGHT, such as 256x144, both from 16 to 4096 and divisible by 8';
const isSide = (side: string): boolean => Number(side) >= 16 && Number(side) <= 4096 && Number(side) % 8 === 0;
const size = z
  .string(sizeExpected)
  .regex(/^\d+x\d+$/, sizeExpected)
  .refine((text) => text.split('x').every(isSide), sizeExpected);

const fraction = number(0, 1);
const point = z.tuple([fraction, fraction], 'a point [x, y], each from 0 to 1');
const polygonExpected = 'a polygon of 3 or more points [x, y]';
const polygon = z.array(point, polygonExpected).min(3, polygonExpected);

const taskNames = ['anomaly', 'denoise', 'colorize'] as const;
const tasksExpected = `a list of one or more of ${taskNames.join(', ')}`;
const tasks = z
  .array(choice(taskNames), tasksExpected)
  .min(1, tasksExpected)
  .refine((names) => new Set(names).size === names.length, tasksExpected);

const folder = z.string('the path of a folder').min(1, 'the path of a folder');

/** What a camera gets that neither says it itself nor finds it under `defaults`. */
export const cameraDefaults = {
  transport: 'tcp' as const,
  size: '256x144',
  fps: 5,
  colour: false,
  tasks: ['anomaly', 'denoise'] as (typeof taskNames)[number][],
  mask: [],
};

/** The denoisers that come with Nightjar. */
const denoiserNames = new Set(['fast', 'best']);
export const isDenoiserName = (name: string): boolean => denoiserNames.has(name);

/** What a camera's `live` gets that neither says it itself nor finds it under `defaults`. */
export const liveDefaults = { size: '640x360', fps: 10, colour: true, denoiser: 'fast', strength: 1 };

const rateExpected = 'a number above 0, up to 60';
const rate = z.number(rateExpected).gt(0, rateExpected).max(60, rateExpected);

const live = group({
  size: z.exactOptional(size).meta({
    description:
      "Size of the live pictures, WIDTHxHEIGHT, both divisible by 8; the camera's own shows most. Pictures are scaled to it.",
    default: liveDefaults.size,
  }),
  fps: z.exactOptional(rate).meta({ description: 'Live pictures each second, at most.', default: liveDefaults.fps }),
  colour: z.exactOptional(flag).meta({
    description: 'Live pictures in colour, whatever is analysed; without it in gray, at a third of the bytes.',
    default: liveDefaults.colour,
  }),
  denoiser: z
    .exactOptional(z.string('fast, best or the path of a folder').min(1, 'fast, best or the path of a folder'))
    .meta({
      description:
        'Denoiser of a camera that learned none of its own: fast is for a CPU in real time, best for a GPU; or a model folder, relative to this file.',
      default: liveDefaults.denoiser,
    }),
  strength: z.exactOptional(fraction).meta({
    description: 'How much of the noise is taken away: 0 for nothing, 1 for all.',
    default: liveDefaults.strength,
  }),
});

const cameraSettings = {
  transport: z.exactOptional(choice(['tcp', 'udp'])).meta({
    description: 'How RTSP carries the pictures. tcp loses nothing; udp suits cameras that offer nothing else.',
    default: cameraDefaults.transport,
  }),
  size: z.exactOptional(size).meta({
    description:
      'Size of the pictures that are analysed, WIDTHxHEIGHT, both divisible by 8. Smaller is faster; keep the aspect of the camera.',
    default: cameraDefaults.size,
  }),
  fps: z
    .exactOptional(rate)
    .meta({ description: 'Pictures analysed each second, at most.', default: cameraDefaults.fps }),
  colour: z.exactOptional(flag).meta({
    description: 'Analyse colour (three channels) instead of brightness (one).',
    default: cameraDefaults.colour,
  }),
  live: z.exactOptional(live).meta({
    description:
      'The pictures for watching, raw and denoised, beside those that are analysed: a group of keys of its own.',
  }),
  tasks: z.exactOptional(tasks).meta({
    description:
      'What to do with the pictures: anomaly gives a score and a heat map, denoise a clean live picture, colorize gives the gray pictures of infrared light the colours of the day (needs colour: true).',
    default: cameraDefaults.tasks,
  }),
  mask: z.exactOptional(z.array(polygon, 'a list of polygons')).meta({
    description:
      'Polygons to black out before anything else sees the picture, as [x, y] points from [0, 0] (top left) to [1, 1].',
    default: cameraDefaults.mask,
  }),
  model: z.exactOptional(folder).meta({
    description:
      "Model folder, relative to this file. Cameras that name the same one share it. Without it each camera has its own, below storage's path.",
  }),
};

const camera = group({
  id: z
    .string('an id')
    .regex(
      /^[a-z0-9][a-z0-9-]{0,62}$/,
      'an id of at most 63 small letters, digits and hyphens that begins with a letter or a digit',
    )
    .describe('Name of the camera: 1 to 63 small letters, digits and hyphens. It names files, metrics and alerts.'),
  url: source.describe(
    'Where the pictures come from: rtsp://, rtsps://, http://, https://, file:///, simulator://, /dev/videoN or the path of a video file, relative to this file. Percent-encode special characters of a password.',
  ),
  ...cameraSettings,
  publish: publishKey,
});

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

const alerts = group({
  falseAlarmsPerDay: number(0.001, 1000)
    .default(1)
    .describe('False alarms a day that you can live with, for each camera; the threshold is computed from it.'),
  minSeconds: number(0, 3600).default(0.4).describe('Seconds a score must stay above the threshold to open an alert.'),
  clearBelow: fraction
    .default(0.8)
    .describe('An alert may end when the score falls below this share of the threshold.'),
  holdSeconds: number(0, 3600).default(2).describe('Seconds the score must stay below it for the alert to end.'),
  cooldownSeconds: number(0, 86_400)
    .default(30)
    .describe('Seconds after an alert in which a new rise continues it instead of opening another one.'),
  smoothingSeconds: number(0, 60)
    .default(0.15)
    .describe('Time constant of the smoothing of the score (exponential moving average); 0 for none.'),
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

const server = group({
  host: z
    .string('a host name or address')
    .min(1, 'a host name or address')
    .default('127.0.0.1')
    .describe('Address to listen on. 0.0.0.0 lets the whole network in: there is no log-in.'),
  port: integer(0, 65_535).default(8080).describe('Port of the page, the API and the metrics; 0 takes any free one.'),
  metricsIntervalSeconds: number(0.1, 3600)
    .default(2)
    .describe('Seconds between two pushes of the metrics to those who subscribe to them.'),
  jpegQuality: integer(1, 100).default(80).describe('Quality of the live pictures.'),
  viewerBufferBytes: integer(16_384, 2 ** 30)
    .default(2 ** 20)
    .describe('Bytes that may wait for a slow viewer before it loses pictures.'),
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
  .min(1, 'a list of one or more cameras')
  // Also when a camera is wrong otherwise: all problems are reported at once.
  .superRefine(reportRepeatedIds, { when: ({ value }) => Array.isArray(value) });

export const pipelineSchema = group({
  cameras: cameras.describe('The cameras.'),
  defaults: group(cameraSettings)
    .prefault({})
    .describe('Keys of a camera, except id and url, for every camera that does not set them itself.'),
  learning: learning.describe('How models are learned from the footage.'),
  alerts: alerts.describe('When an incident begins and ends.'),
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
