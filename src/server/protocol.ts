import * as z from 'zod';

import { alert, cameraStatus } from './schemas.ts';

export type {
  Alert,
  AlertEvent,
  AlertKind,
  CameraStatus,
  LearningProgress,
  Severity,
  Verdict,
} from '../core/status.ts';

/**
 * Version 1 of what travels over /ws; docs/protocol.md is its manual. Text messages are JSON, pictures are binary. Clients'
 * messages are checked by these schemas, the types of the server's come from them, and asyncapi.ts is made from both.
 */
export const protocolVersion = 1;

/** A client message longer than this closes the connection with code 1009. */
export const maxMessageBytes = 64 * 1024;

export const topics = ['status', 'prediction', 'alert', 'raw', 'denoised', 'heatmap', 'colorized', 'metrics'] as const;
export type Topic = (typeof topics)[number];

/** How pictures travel: each by itself, or as H.264. What a server offers is in hello; jpeg always. */
export const transports = ['jpeg', 'h264'] as const;
export type Transport = (typeof transports)[number];

/** The topics that travel as binary frames, and the first byte of each. */
export const pictureKinds = { raw: 1, denoised: 2, heatmap: 3, colorized: 4 } as const;
export type PictureKind = keyof typeof pictureKinds;
/** The kinds that can travel as H.264. */
const videoKinds = ['raw', 'denoised', 'colorized'] as const;
export type VideoKind = (typeof videoKinds)[number];

/** `camera` is an id from hello, or '*' for all of them. `metrics` belongs to no camera: any one will do. */
const subscription = { topic: z.enum(topics), camera: z.string().min(1).default('*') };

/** What a client may send; anything else is answered by an `error` message. */
export const clientMessage = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('subscribe'), ...subscription, transport: z.enum(transports).default('jpeg') })
    .describe('Send me this topic of this camera.'),
  z.strictObject({ type: z.literal('unsubscribe'), ...subscription }).describe('No more of it.'),
  z.strictObject({ type: z.literal('ping') }).describe('Answered by pong.'),
]);

const time = z.number().describe('milliseconds since the epoch, by the clock of the server');

const hello = z
  .object({
    type: z.literal('hello'),
    version: z.literal(protocolVersion),
    cameras: z.array(z.string()).readonly().describe("a picture's `camera` is an index into it"),
    transports: z.array(z.enum(transports)).readonly(),
  })
  .describe('The first message of every connection, and again when cameras come or go.');

const status = z
  .object({ type: z.literal('status'), status: cameraStatus })
  .describe('A camera as it is now: once for each camera on subscribing, then at every change.');

const prediction = z
  .object({
    type: z.literal('prediction'),
    camera: z.string(),
    sequence: z.number(),
    capturedAt: time,
    sentAt: time,
    predScore: z.exactOptional(z.number()).describe('1.0 is the threshold; absent without anomaly task or model'),
    sceneChange: z.exactOptional(z.boolean()).describe('true while the condition of the whole scene is changing'),
    colorized: z
      .exactOptional(z.boolean())
      .describe('true when there is a coloured picture of this gray frame: its colours are synthetic, learned by day'),
    queuedMs: z.number(),
    inferenceMs: z.number(),
  })
  .describe('What a model said about one frame.');

const pipeline = z
  .object({ type: z.literal('pipeline'), problems: z.array(z.string()).readonly() })
  .describe('Why the pipeline file as it stands is not what runs: on subscribing to status, then at every change.');

const alertMessage = z
  .object({ type: z.literal('alert'), event: z.enum(['opened', 'updated', 'closed', 'deleted']), alert })
  .describe('What happened to an incident.');

const metrics = z
  .object({ type: z.literal('metrics'), text: z.string() })
  .describe('All metrics in the Prometheus text format, as GET /metrics gives them.');

const video = z
  .object({
    type: z.literal('video'),
    topic: z.enum(videoKinds),
    camera: z.string(),
    codec: z.string().describe('by RFC 6381, as WebCodecs and Media Source Extensions name it: "avc1.4DC01F"'),
    description: z.string().describe('the AVCDecoderConfigurationRecord in base64'),
    width: z.number(),
    height: z.number(),
  })
  .describe('What a decoder needs before the H.264 pictures that follow; comes again when it changes.');

const link = z
  .object({ type: z.literal('link'), level: z.number() })
  .describe("This viewer's link is slower or faster than before: 0 is everything, each further level half the bytes.");

const dropped = z
  .object({ type: z.literal('dropped'), pictures: z.number() })
  .describe('This viewer was too slow and lost so many pictures (all cameras) since the last picture it got.');

const pong = z.object({ type: z.literal('pong') }).describe('The answer to ping.');

const error = z
  .object({
    type: z.literal('error'),
    code: z.enum(['invalid-json', 'invalid-message', 'unknown-camera', 'no-h264']),
    message: z.string(),
  })
  .describe('A client message that could not be used; the connection stays open unless there are too many of them.');

export const serverMessage = z.discriminatedUnion('type', [
  hello,
  status,
  pipeline,
  prediction,
  alertMessage,
  metrics,
  video,
  link,
  dropped,
  pong,
  error,
]);

export type ClientMessage = z.input<typeof clientMessage>;
export type ServerMessage = z.output<typeof serverMessage>;
export type PredictionMessage = z.output<typeof prediction>;
export type VideoMessage = z.output<typeof video>;
export type ErrorMessage = z.output<typeof error>;

/** How a binary frame is coded: by itself, or as H.264 that needs all since the last key frame, or a key frame. */
export const pictureCodings = { whole: 0, delta: 1, key: 2 } as const;
export type PictureCoding = keyof typeof pictureCodings;

/**
 * Byte offsets of a binary frame, all numbers little-endian. From `payload` on: a JPEG file, or for a heat map
 * rows x cols (height x width) bytes, row by row, where `heatmapUnit` is the threshold 1.0 and 255 means 2.0 and more; or
 * H.264 NAL units, each after its length in four bytes (big-endian).
 */
export const pictureLayout = {
  kind: 0, // uint8
  coding: 1, // uint8
  camera: 2, // uint16, index into hello.cameras
  sequence: 4, // uint32
  capturedAt: 8, // float64, milliseconds since the epoch
  width: 16, // uint16
  height: 18, // uint16
  payload: 20,
} as const;

export const heatmapUnit = 128;
