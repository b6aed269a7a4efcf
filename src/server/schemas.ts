import * as z from 'zod';

import { verdicts } from '../core/status.ts';

/** The schemas of what goes out over REST and the WebSocket; the OpenAPI and AsyncAPI documents are made from them. */

const time = z.number().describe('milliseconds since the epoch');
const taskNames = ['anomaly', 'denoise', 'colorize'] as const;
const picture = { width: z.number(), height: z.number(), fps: z.number() };

const learningProgress = z.object({
  stage: z.enum(['collecting', 'training', 'calibrating']),
  fraction: z.number(),
  loss: z.exactOptional(z.number()),
  framesPerSecond: z.exactOptional(z.number()),
  secondsLeft: z.exactOptional(z.number()),
});

const publishStatus = z.object({
  url: z.string(),
  kind: z.enum(['raw', 'denoised', 'colorized']),
  isUp: z.boolean(),
  message: z.exactOptional(z.string()),
});

const cameraFailures = [
  'refused',
  'unauthorized',
  'not-found',
  'dns',
  'timeout',
  'stalled',
  'ended',
  'codec',
  'crashed',
  'no-ffmpeg',
] as const;

/** CameraStatus in src/core/status.ts. */
export const cameraStatus = z
  .object({
    id: z.string(),
    state: z.enum(['connecting', 'live', 'failed', 'learning']),
    url: z.string().describe('without user and password'),
    ...picture,
    format: z.enum(['gray', 'rgb24']),
    live: z.object(picture),
    tasks: z.array(z.enum(taskNames)).readonly(),
    cause: z.exactOptional(z.enum(cameraFailures)),
    message: z.exactOptional(z.string()),
    learning: z.exactOptional(learningProgress),
    hasModel: z.boolean(),
    working: z.array(z.enum(taskNames)).readonly(),
    publish: z.exactOptional(publishStatus),
  })
  .meta({ id: 'CameraStatus' });

/** Alert in src/core/status.ts. */
export const alert = z
  .object({
    id: z.string(),
    camera: z.string(),
    kind: z.enum(['anomaly', 'scene-change']),
    startAt: time,
    peakAt: time,
    endAt: time.nullable(),
    peakScore: z.number(),
    snapshot: z.string(),
    verdict: z.enum(verdicts).nullable(),
  })
  .meta({ id: 'Alert' });

/** NotifierStatus in src/core/notification.ts. */
export const notifierStatus = z
  .object({
    name: z.string(),
    kind: z.enum(['mqtt', 'webhook']),
    isUp: z.boolean(),
    message: z.exactOptional(z.string()).describe('why it is not up'),
    pending: z.number(),
    dead: z.number(),
  })
  .meta({ id: 'NotifierStatus' });

/** DeadLetter in src/core/notification.ts. */
export const deadLetter = z
  .object({
    id: z.number(),
    notifier: z.string(),
    alert: alert.describe('as it was when the notification was queued'),
    attempts: z.number(),
    message: z.string().describe('why it was given up'),
    at: time,
  })
  .meta({ id: 'DeadLetter' });

/** The body of PUT /api/alerts/:id/verdict; null takes a verdict back. */
export const verdictBody = z.strictObject({ verdict: z.enum(verdicts).nullable() });
