import type { LiveKind } from '../core/demand.ts';
import { JpegEncoder } from '../core/jpeg.ts';
import type { AnomalyMap, LivePicture, Prediction } from '../core/prediction.ts';
import type { RawPicture } from '../video/encode-video.ts';
import { jpegLevels } from './adaptation.ts';
import { binaryMessage } from './binary-message.ts';
import { halve, type Pixels } from './halve.ts';
import { heatmapUnit, type PictureKind, type Topic, type VideoKind } from './protocol.ts';

/** What pictures are taken from: raw and denoised ones from a live picture, the others from a prediction. */
export type PictureSource = LivePicture | Prediction;

/** Whether pictures of this topic are live ones. */
export const isLiveKind = (topic: Topic): topic is LiveKind => topic === 'raw' || topic === 'denoised';

/** Whether pictures of this topic can travel as H.264. */
export const isVideoKind = (topic: Topic): topic is VideoKind => isLiveKind(topic) || topic === 'colorized';

const isPrediction = (source: PictureSource): source is Prediction => 'inferenceMs' in source;

/** Pixels of a picture other than a heat map; undefined when the source has none of this kind. */
const pixelsOf = (kind: VideoKind, source: PictureSource): Uint8Array | undefined => {
  if (isPrediction(source)) return kind === 'colorized' ? source.colorized : undefined;
  if (kind === 'colorized') return undefined;
  return kind === 'raw' ? source.frame.data : source.denoised;
};

const mapOf = (source: PictureSource): AnomalyMap | undefined => (isPrediction(source) ? source.anomalyMap : undefined);

/** A picture other than a heat map, with what it is about; undefined when the source has none of this kind. */
export const pictureOf = (kind: VideoKind, source: PictureSource): RawPicture | undefined => {
  const data = pixelsOf(kind, source);
  const { width, height, format, sequence, capturedAt } = source.frame;
  return data && { width, height, format, sequence, capturedAt, data };
};

/** Whether the source holds a picture of this kind. */
export const hasPicture = (kind: PictureKind, source: PictureSource): boolean =>
  (kind === 'heatmap' ? mapOf(source) : pixelsOf(kind, source)) !== undefined;

/** `values` scaled so that the threshold 1.0 is `heatmapUnit`, clamped to a byte. */
const heatmapCells = ({ values }: AnomalyMap): Uint8ClampedArray =>
  Uint8ClampedArray.from(values, (value) => value * heatmapUnit);

/**
 * Makes the binary frames of pictures that stand alone. Each call gives a new buffer of its own (sockets keep it until it
 * is sent); the scratch space JPEG encoding needs is kept between calls and grows to the largest picture seen.
 */
export class PictureEncoder {
  readonly #jpegs: readonly JpegEncoder[];

  /** `quality` is JPEG's, 1..100, of the full level. */
  constructor(quality: number) {
    this.#jpegs = jpegLevels.map((level) => new JpegEncoder(Math.max(1, Math.round(quality * level.quality))));
  }

  /**
   * The picture of this kind, or undefined when the source holds none. `camera` is its index in hello.cameras, `level` one
   * of `jpegLevels`; a heat map is the same at all of them.
   */
  encode(kind: PictureKind, camera: number, source: PictureSource, level = 0): Buffer | undefined {
    const { sequence, capturedAt } = source.frame;
    const about = { kind, coding: 'whole', camera, sequence, capturedAt } as const;
    if (kind === 'heatmap') {
      const map = mapOf(source);
      return map && binaryMessage({ ...about, width: map.cols, height: map.rows, payload: heatmapCells(map) });
    }
    const full = pictureOf(kind, source);
    if (!full) return undefined;
    let picture: Pixels = full;
    for (let count = jpegLevels[level]?.halvings ?? 0; count > 0; count--) picture = halve(picture);
    const { width, height } = picture;
    const payload = this.#jpegs[level]?.encode(picture);
    return payload && binaryMessage({ ...about, width, height, payload });
  }
}
