import type { heatmapUnit, PictureKind, pictureKinds, pictureLayout } from '../server/protocol.ts';

// The page is served from its own folder and shares no code with the server, but the compiler compares the numbers.
const kinds: { readonly [Byte in (typeof pictureKinds)[PictureKind] as `${Byte}`]: PictureKind } = {
  1: 'raw',
  2: 'denoised',
  3: 'heatmap',
  4: 'colorized',
};
const layout: typeof pictureLayout = {
  kind: 0,
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
  /** Index into hello.cameras. */
  readonly camera: number;
  readonly sequence: number;
  readonly capturedAt: number;
  /** Pixels, or the columns and rows of a heat map. */
  readonly width: number;
  readonly height: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Reads a binary message; undefined when its kind is not known to this page. */
export const parsePictureFrame = (frame: ArrayBuffer): PictureFrame | undefined => {
  const view = new DataView(frame);
  const kind = (kinds as Record<number, PictureKind | undefined>)[view.getUint8(layout.kind)];
  return (
    kind && {
      kind,
      camera: view.getUint16(layout.camera, true),
      sequence: view.getUint32(layout.sequence, true),
      capturedAt: view.getFloat64(layout.capturedAt, true),
      width: view.getUint16(layout.width, true),
      height: view.getUint16(layout.height, true),
      payload: new Uint8Array(frame, layout.payload),
    }
  );
};
