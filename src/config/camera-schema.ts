import * as z from 'zod';

import { publishKey } from './publish-schema.ts';
import { choice, flag, folder, fraction, group } from './schema-parts.ts';

const sourcePattern =
  /^(?:(?:rtsps?|https?):\/\/[^\s/?#]|simulator:\/\/[a-z]|file:\/\/\/|(?!-|$)[^:/\p{Cc}]*(?:\/|$))\P{Cc}*$/u;
const source = z
  .string('the URL or path of a camera')
  .regex(
    sourcePattern,
    'rtsp://, rtsps://, http://, https://, file:///, simulator://, /dev/videoN or a file path (./ in front if it begins with - or holds a colon)',
  );

const pageUrlExpected =
  'rtsp://, rtsps://, http:// or https:// and a host, in the characters of a URL: percent-encode all others (RFC 3986)';

/**
 * A camera's URL as it may come in through the page (POST and PATCH /api/cameras, POST /api/cameras/probe): only from the
 * network, no file, device, option or other protocol of ffmpeg, nothing that could end or quote an argument, and no braces: a
 * `${VARIABLE}` would be filled in when the file is read again, and a secret sent to a host of the sender's choice.
 */
export const pageCameraUrl = z
  .string(pageUrlExpected)
  .max(2048, 'a URL of at most 2048 characters')
  .regex(/^(?:rtsps?|https?):\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/, pageUrlExpected)
  .refine((text) => URL.canParse(text) && new URL(text).hostname !== '', pageUrlExpected);

const sizeExpected = 'WIDTHxHEIGHT, such as 256x144, both from 16 to 4096 and divisible by 8';
const isSide = (side: string): boolean => Number(side) >= 16 && Number(side) <= 4096 && Number(side) % 8 === 0;
const size = z
  .string(sizeExpected)
  .regex(/^\d+x\d+$/, sizeExpected)
  .refine((text) => text.split('x').every(isSide), sizeExpected);

const point = z.tuple([fraction, fraction], 'a point [x, y], each from 0 to 1');
const polygonExpected = 'a polygon of 3 or more points [x, y]';
const polygon = z.array(point, polygonExpected).min(3, polygonExpected);

const taskNames = ['anomaly', 'denoise', 'colorize'] as const;
const tasksExpected = `a list of one or more of ${taskNames.join(', ')}`;
const tasks = z
  .array(choice(taskNames), tasksExpected)
  .min(1, tasksExpected)
  .refine((names) => new Set(names).size === names.length, tasksExpected);

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
export const denoiserNames = ['light', 'fast', 'best'] as const;
export const isDenoiserName = (name: unknown): boolean => denoiserNames.some((known) => known === name);
const denoiserExpected = `${denoiserNames.join(', ')} or the path of a folder`;

/** What a camera's `live` gets that neither says it itself nor finds it under `defaults`. */
export const liveDefaults = { size: '640x360', fps: 10, colour: true, denoiser: 'fast', strength: 1 };

const rateExpected = 'a number above 0, up to 60';
const rate = z.number(rateExpected).gt(0, rateExpected).max(60, rateExpected);

/** The keys of `live`. */
export const liveKeys = {
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
  denoiser: z.exactOptional(z.string(denoiserExpected).min(1, denoiserExpected)).meta({
    description:
      'Denoiser of a camera that learned none of its own: fast is for a CPU in real time, light for large pictures there (fast takes it by itself above 640x720 pixels), best for a GPU; or a model folder, relative to this file.',
    default: liveDefaults.denoiser,
  }),
  strength: z.exactOptional(fraction).meta({
    description: 'How much of the noise is taken away: 0 for nothing, 1 for all.',
    default: liveDefaults.strength,
  }),
};
const live = group(liveKeys);

/** What may stand under `defaults` as well. */
export const cameraSettings = {
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

export const camera = group({
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
  paused: z.exactOptional(flag).meta({
    description: 'Whether the camera rests: nothing is opened, watched or learned. The page sets it.',
    default: false,
  }),
});
