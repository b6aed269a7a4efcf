/** A rectangle inside a picture, in values: a colour picture's are three for each pixel. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A copy of a rectangle of a picture whose rows are `stride` values long. */
export const crop = (data: Uint8Array, stride: number, { left, top, width, height }: Rectangle): Uint8Array => {
  const part = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (top + row) * stride + left;
    part.set(data.subarray(start, start + width), row * width);
  }
  return part;
};
