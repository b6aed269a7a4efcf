/** A configuration record of baseline profile 3.1 with the sets [0x67, 1, 2] and [0x68, 3]. */
export const record = Buffer.from([1, 0x42, 0xc0, 0x1f, 0xff, 0xe1, 0, 3, 0x67, 1, 2, 1, 0, 2, 0x68, 3]);

export const fileHeader = Buffer.from([0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0]);

const tag = (type: number, timeMs: number, body: Buffer): Buffer => {
  const bytes = Buffer.alloc(11 + body.length + 4);
  bytes.writeUInt8(type, 0);
  bytes.writeUIntBE(body.length, 1, 3);
  bytes.writeUIntBE(timeMs % 2 ** 24, 4, 3);
  bytes.writeUInt8(Math.floor(timeMs / 2 ** 24), 7);
  body.copy(bytes, 11);
  bytes.writeUInt32BE(11 + body.length, 11 + body.length);
  return bytes;
};

/**
 * FLV as ffmpeg writes it: what describes the stream (a script and the configuration), and a picture of one NAL unit.
 */
export const scriptTag = tag(18, 0, Buffer.from('onMetaData'));
export const configTag = tag(9, 0, Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), record]));
export const pictureTag = (nal: readonly number[], keyFrame: boolean, timeMs = 0, presentAfterMs = 0): Buffer => {
  const header = Buffer.from([keyFrame ? 0x17 : 0x27, 1, 0, 0, presentAfterMs, 0, 0, 0, nal.length]);
  return tag(9, timeMs, Buffer.concat([header, Buffer.from(nal)]));
};
