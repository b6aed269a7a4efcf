import type { LiveKind } from '../core/demand.ts';
import type { Frame } from '../core/frame.ts';
import { JpegEncoder } from '../core/jpeg.ts';
import type { AnomalyMap, LivePicture, Prediction } from '../core/prediction.ts';
import { heatmapUnit, type PictureKind, pictureKinds, pictureLayout, type Topic } from './protocol.ts';

/** What pictures are taken from: raw and denoised ones from a live picture, the others from a prediction. */
export type PictureSource = LivePicture | Prediction;

/** Whether pictures of this topic are live ones. */
export const isLiveKind = (topic: Topic): topic is LiveKind => topic === 'raw' || topic === 'denoised';

const isPrediction = (source: PictureSource): source is Prediction => 'inferenceMs' in source;

/** Pixels of a picture that is sent as JPEG; undefined when the source has none of this kind. */
const pixelsOf = (kind: Exclude<PictureKind, 'heatmap'>, source: PictureSource): Uint8Array | undefined => {
  if (isPrediction(source)) return kind === 'colorized' ? source.colorized : undefined;
  if (kind === 'colorized') return undefined;
  return kind === 'raw' ? source.frame.data : source.denoised;
};

const mapOf = (source: PictureSource): AnomalyMap | undefined => (isPrediction(source) ? source.anomalyMap : undefined);

/** Whether the source holds a picture of this kind. */
export const hasPicture = (kind: PictureKind, source: PictureSource): boolean =>
  (kind === 'heatmap' ? mapOf(source) : pixelsOf(kind, source)) !== undefined;

/** `values` scaled so that the threshold 1.0 is `heatmapUnit`, clamped to a byte. */
const heatmapCells = ({ values }: AnomalyMap): Uint8ClampedArray =>
  Uint8ClampedArray.from(values, (value) => value * heatmapUnit);

const binaryFrame = (
  kind: PictureKind,
  camera: number,
  { sequence, capturedAt }: Frame,
  width: number,
  height: number,
  payload: Uint8Array | Uint8ClampedArray,
): Buffer => {
  const message = Buffer.alloc(pictureLayout.payload + payload.length);
  message.writeUInt8(pictureKinds[kind], pictureLayout.kind);
  message.writeUInt16LE(camera, pictureLayout.camera);
  message.writeUInt32LE(sequence >>> 0, pictureLayout.sequence);
  message.writeDoubleLE(capturedAt, pictureLayout.capturedAt);
  message.writeUInt16LE(width, pictureLayout.width);
  message.writeUInt16LE(height, pictureLayout.height);
  message.set(payload, pictureLayout.payload);
  return message;
};

/**
 * Makes the binary frames of the wire protocol. Each call gives a new buffer of its own (sockets keep it until it is
 * sent); the scratch space JPEG encoding needs is kept between calls and grows to the largest picture seen.
 */
export class PictureEncoder {
  readonly #jpeg: JpegEncoder;

  /** `quality` is JPEG's, 1..100. */
  constructor(quality: number) {
    this.#jpeg = new JpegEncoder(quality);
  }

  /** The picture of this kind, or undefined when the source holds none. `camera` is its index in hello.cameras. */
  encode(kind: PictureKind, camera: number, source: PictureSource): Buffer | undefined {
    const { frame } = source;
    if (kind === 'heatmap') {
      const anomalyMap = mapOf(source);
      if (!anomalyMap) return undefined;
      return binaryFrame(kind, camera, frame, anomalyMap.cols, anomalyMap.rows, heatmapCells(anomalyMap));
    }
    const pixels = pixelsOf(kind, source);
    const { width, height } = frame;
    return pixels && binaryFrame(kind, camera, frame, width, height, this.#jpeg.encode({ ...frame, data: pixels }));
  }
}
