import type {
  heatmapUnit,
  PictureCoding,
  pictureCodings,
  PictureKind,
  pictureKinds,
  pictureLayout,
} from '../../server/protocol.ts';

// The page is served from its own folder and shares no code with the server, but the compiler compares the numbers.
const kinds: { readonly [Byte in (typeof pictureKinds)[PictureKind] as `${Byte}`]: PictureKind } = {
  1: 'raw',
  2: 'denoised',
  3: 'heatmap',
  4: 'colorized',
};
const codings: { readonly [Byte in (typeof pictureCodings)[PictureCoding] as `${Byte}`]: PictureCoding } = {
  0: 'whole',
  1: 'delta',
  2: 'key',
};
const layout: typeof pictureLayout = {
  kind: 0,
  coding: 1,
  camera: 2,
  sequence: 4,
  capturedAt: 8,
  width: 16,
  height: 18,
  payload: 20,
};

/** A heat map byte of this value is the threshold 1.0. */
export const thresholdByte: typeof heatmapUnit = 128;

export interface PictureFrame {
  readonly kind: PictureKind;
  readonly coding: PictureCoding;
  /** Index into hello.cameras. */
  readonly camera: number;
  readonly sequence: number;
  readonly capturedAt: number;
  /** Pixels, or the columns and rows of a heat map. */
  readonly width: number;
  readonly height: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Reads a binary message; undefined when its kind or coding is not known to this page. */
export const parsePictureFrame = (frame: ArrayBuffer): PictureFrame | undefined => {
  const view = new DataView(frame);
  const kind = (kinds as Record<number, PictureKind | undefined>)[view.getUint8(layout.kind)];
  const coding = (codings as Record<number, PictureCoding | undefined>)[view.getUint8(layout.coding)];
  return (
    kind &&
    coding && {
      kind,
      coding,
      camera: view.getUint16(layout.camera, true),
      sequence: view.getUint32(layout.sequence, true),
      capturedAt: view.getFloat64(layout.capturedAt, true),
      width: view.getUint16(layout.width, true),
      height: view.getUint16(layout.height, true),
      payload: new Uint8Array(frame, layout.payload),
    }
  );
};
