import { type PictureCoding, pictureCodings, type PictureKind, pictureKinds, pictureLayout } from './protocol.ts';

export interface BinaryPicture {
  readonly kind: PictureKind;
  readonly coding: PictureCoding;
  /** Index into hello.cameras. */
  readonly camera: number;
  readonly sequence: number;
  readonly capturedAt: number;
  readonly width: number;
  readonly height: number;
  readonly payload: Uint8Array | Uint8ClampedArray;
}

/** A picture as it travels, in a new buffer of its own: sockets keep it until it is sent. */
export const binaryMessage = (picture: BinaryPicture): Buffer => {
  const { kind, coding, camera, sequence, capturedAt, width, height, payload } = picture;
  const message = Buffer.alloc(pictureLayout.payload + payload.length);
  message.writeUInt8(pictureKinds[kind], pictureLayout.kind);
  message.writeUInt8(pictureCodings[coding], pictureLayout.coding);
  message.writeUInt16LE(camera, pictureLayout.camera);
  message.writeUInt32LE(sequence >>> 0, pictureLayout.sequence);
  message.writeDoubleLE(capturedAt, pictureLayout.capturedAt);
  message.writeUInt16LE(width, pictureLayout.width);
  message.writeUInt16LE(height, pictureLayout.height);
  message.set(payload, pictureLayout.payload);
  return message;
};
