import { z } from 'zod';
import type { AlertEvent, CameraStatus } from '../core/status.ts';

export type { CameraStatus, LearningProgress } from '../core/status.ts';

/** Version 1 of what travels over /ws; docs/protocol.md is its manual. Text messages are JSON, pictures are binary. */
export const protocolVersion = 1;

/** A client message longer than this closes the connection with code 1009. */
export const maxMessageBytes = 64 * 1024;

export const topics = ['status', 'prediction', 'alert', 'raw', 'denoised', 'heatmap', 'colorized', 'metrics'] as const;
export type Topic = (typeof topics)[number];

/** `camera` is an id from hello, or '*' for all of them. `metrics` belongs to no camera: any one will do. */
const subscription = { topic: z.enum(topics), camera: z.string().min(1).default('*') };

/** How pictures travel: each by itself, or as H.264. What a server offers is in hello; jpeg always. */
export const transports = ['jpeg', 'h264'] as const;
export type Transport = (typeof transports)[number];

/** What a client may send; anything else is answered by an `error` message. */
export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), ...subscription, transport: z.enum(transports).default('jpeg') }),
  z.strictObject({ type: z.literal('unsubscribe'), ...subscription }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type ClientMessage = z.input<typeof clientMessage>;

/** First message of every connection, and again when cameras come or go; a picture's `camera` is an index into `cameras`. */
interface HelloMessage {
  readonly type: 'hello';
  readonly version: typeof protocolVersion;
  /** Indexes stay for as long as the server runs: '' where a camera went. */
  readonly cameras: readonly string[];
  readonly transports: readonly Transport[];
}

/** A camera as it is now: once for each camera on subscribing, then at every change. */
interface StatusMessage {
  readonly type: 'status';
  readonly status: CameraStatus;
}

/** What a model said about one frame; times are milliseconds since the epoch, by the server's clock. */
export interface PredictionMessage {
  readonly type: 'prediction';
  readonly camera: string;
  readonly sequence: number;
  readonly capturedAt: number;
  readonly sentAt: number;
  /** 1.0 is the threshold; absent when the camera has no anomaly task or no model yet. */
  readonly predScore?: number;
  /** True while the condition of the whole scene is changing; absent otherwise. */
  readonly sceneChange?: boolean;
  /** True when there is a coloured picture of this gray frame: its colours are synthetic, learned by day. */
  readonly colorized?: boolean;
  readonly queuedMs: number;
  readonly inferenceMs: number;
}

/** Why the pipeline file as it stands is not what runs: on subscribing to `status`, then at every change. */
interface PipelineMessage {
  readonly type: 'pipeline';
  readonly problems: readonly string[];
}

/** What happened to an incident. */
interface AlertMessage extends AlertEvent {
  readonly type: 'alert';
}

/** All metrics in the Prometheus text format, as GET /metrics gives them. */
interface MetricsMessage {
  readonly type: 'metrics';
  readonly text: string;
}

/** What a decoder needs before the H.264 pictures of this topic and camera that follow; comes again when it changes. */
export interface VideoMessage {
  readonly type: 'video';
  readonly topic: VideoKind;
  readonly camera: string;
  /** By RFC 6381, as WebCodecs and Media Source Extensions name it: "avc1.4DC01F". */
  readonly codec: string;
  /** The AVCDecoderConfigurationRecord in base64. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
}

/** This viewer's link is slower or faster than before: 0 is everything, each further level about half the bytes. */
interface LinkMessage {
  readonly type: 'link';
  readonly level: number;
}

/** This viewer was too slow and lost so many pictures (all cameras) since the last picture it got. */
interface DroppedMessage {
  readonly type: 'dropped';
  readonly pictures: number;
}

interface PongMessage {
  readonly type: 'pong';
}

/** A client message that could not be used; the connection stays open unless there are too many of them. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly code: 'invalid-json' | 'invalid-message' | 'unknown-camera' | 'no-h264';
  readonly message: string;
}

export type ServerMessage =
  | HelloMessage
  | StatusMessage
  | PipelineMessage
  | PredictionMessage
  | AlertMessage
  | MetricsMessage
  | VideoMessage
  | LinkMessage
  | DroppedMessage
  | PongMessage
  | ErrorMessage;

/** The topics that travel as binary frames, and the first byte of each. */
export const pictureKinds = { raw: 1, denoised: 2, heatmap: 3, colorized: 4 } as const;
export type PictureKind = keyof typeof pictureKinds;
/** The kinds that can travel as H.264. */
export type VideoKind = Exclude<PictureKind, 'heatmap'>;

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
