import type { Frame } from '../core/frame.ts';
import { JpegEncoder } from '../core/jpeg.ts';
import type { AnomalyMap, Prediction } from '../core/prediction.ts';
import { heatmapUnit, type PictureKind, pictureKinds, pictureLayout } from './protocol.ts';

/** Pixels of a picture that is sent as JPEG; undefined when the prediction has none of this kind. */
const pixelsOf = (kind: Exclude<PictureKind, 'heatmap'>, prediction: Prediction): Uint8Array | undefined =>
  kind === 'raw' ? prediction.frame.data : prediction[kind];

/** Whether the prediction holds a picture of this kind. */
export const hasPicture = (kind: PictureKind, prediction: Prediction): boolean =>
  (kind === 'heatmap' ? prediction.anomalyMap : pixelsOf(kind, prediction)) !== undefined;

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

  /** The picture of this kind, or undefined when the prediction holds none. `camera` is its index in hello.cameras. */
  encode(kind: PictureKind, camera: number, prediction: Prediction): Buffer | undefined {
    const { frame, anomalyMap } = prediction;
    if (kind === 'heatmap') {
      if (!anomalyMap) return undefined;
      return binaryFrame(kind, camera, frame, anomalyMap.cols, anomalyMap.rows, heatmapCells(anomalyMap));
    }
    const pixels = pixelsOf(kind, prediction);
    const { width, height } = frame;
    return pixels && binaryFrame(kind, camera, frame, width, height, this.#jpeg.encode({ ...frame, data: pixels }));
  }
}
