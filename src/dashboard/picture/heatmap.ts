import { type PictureFrame, thresholdByte } from './picture-frame.ts';

/** Below half the threshold a cell is clear, at the threshold it glows amber, at twice the threshold it is deep red. */
export const heatColor = (byte: number): readonly [red: number, green: number, blue: number, alpha: number] => {
  const level = byte / thresholdByte;
  const heat = Math.min(1, Math.max(0, (level - 0.5) / 1.5));
  return [255, Math.round(190 * (1 - heat)), Math.round(40 * (1 - heat)), Math.round(255 * 0.75 * Math.sqrt(heat))];
};

/** One canvas pixel a cell; the style sheet stretches it smoothly over the picture. `cells` are bytes, row by row. */
export const drawCells = (canvas: HTMLCanvasElement, width: number, height: number, cells: ArrayLike<number>): void => {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let cell = 0; cell < width * height; cell++) image.data.set(heatColor(cells[cell] ?? 0), cell * 4);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
};

export const drawHeatmap = (canvas: HTMLCanvasElement, { width, height, payload, sequence }: PictureFrame): void => {
  drawCells(canvas, width, height, payload);
  canvas.dataset['sequence'] = String(sequence);
};
