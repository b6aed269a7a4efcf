import * as z from 'zod';

import { newPassword, userName, userRole } from '../auth/auth-schema.ts';
import { alertKinds, severities, verdicts } from '../core/status.ts';

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

export const cameraFailure = z.enum([
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
]);

/** CameraStatus in src/core/status.ts. */
export const cameraStatus = z
  .object({
    id: z.string(),
    state: z.enum(['connecting', 'live', 'failed', 'learning', 'paused']),
    url: z.string().describe('without user and password'),
    ...picture,
    format: z.enum(['gray', 'rgb24']),
    live: z.object(picture),
    tasks: z.array(z.enum(taskNames)).readonly(),
    cause: z.exactOptional(cameraFailure),
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
    kind: z.enum(alertKinds),
    severity: z.enum(severities),
    startAt: time,
    peakAt: time,
    endAt: time.nullable(),
    peakScore: z.number(),
    snapshot: z.string().describe('empty: there is no picture'),
    snapshotAt: time.nullable().describe('when that picture was taken'),
    verdict: z.enum(verdicts).nullable(),
    group: z.string().nullable().describe('the id of the first alert of several cameras that began together'),
    isQuiet: z.boolean().describe('recorded and shown, without notifications'),
    hasClip: z.boolean(),
  })
  .meta({ id: 'Alert' });

const counts = z.array(z.number()).readonly();
/** Timeline in src/alert/alert-query.ts. */
export const timeline = z
  .object({
    from: time,
    to: time,
    bucketMs: z.number(),
    cameras: z
      .record(z.string(), z.object({ low: counts, medium: counts, high: counts }).readonly())
      .readonly()
      .describe('how many alerts began in each bucket; cameras without one are left out'),
  })
  .meta({ id: 'Timeline' });

/** GET /api/alerts/:id/scores. */
export const alertScores = z.object({
  points: z
    .array(z.tuple([time, z.number()]))
    .describe('time and score; a point is the highest of the scores it stands for'),
});

/** GET /api/alerts/:id/heatmap. */
export const heatmap = z.object({
  rows: z.number(),
  columns: z.number(),
  values: z.array(z.number()).readonly().describe('row by row, 0 to 255; 128 is the threshold of a cell'),
});

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

/** GET /api/session. */
export const session = z.object({
  user: z.object({ name: z.string(), role: userRole }).nullable().describe('null: nobody is logged in'),
  isOpen: z.boolean().describe('nobody needs to log in, and everybody is an admin'),
});

/** The body of POST /api/session: any text is looked at, a wrong one is no invalid request. */
export const logIn = z.strictObject({ name: z.string().max(64), password: z.string().max(256) });
export const passwordChange = z.strictObject({ password: z.string().max(256), newPassword });

export const user = z.object({ name: z.string(), role: userRole, createdAt: time }).meta({ id: 'User' });
export const userBody = z.strictObject({ name: userName, role: userRole, password: newPassword });
export const userChange = z
  .strictObject({ role: z.exactOptional(userRole), password: z.exactOptional(newPassword) })
  .refine((change) => Object.keys(change).length > 0, 'a role, a password or both');

const tokenName = z
  .string('a name of 1 to 100 characters')
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u);
/** An API token of a user, without its secret. */
export const token = z
  .object({
    id: z.string(),
    name: z.string(),
    role: userRole,
    createdAt: time,
    expiresAt: time.nullable(),
    usedAt: time.nullable().describe('by the minute'),
  })
  .meta({ id: 'Token' });
export const tokenBody = z.strictObject({
  name: tokenName.describe('what it is for'),
  role: z.exactOptional(userRole).describe("its user's, without it"),
  days: z.exactOptional(z.int().min(1).max(3650)).describe('how long it is valid; for ever, without it'),
});
export const newToken = z.object({
  id: z.string(),
  token: z.string().describe('the secret, given this once'),
  role: userRole,
  expiresAt: time.nullable(),
});
