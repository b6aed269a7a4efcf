import { drawOn, type Painter } from './painter.ts';
import type { PictureFrame } from './picture-frame.ts';

/** Shows JPEG frames on the canvas; while one is decoded, only the newest is kept waiting. */
export const jpegPainter = (canvas: HTMLCanvasElement): Painter => {
  let waiting: PictureFrame | undefined;
  let decoding = false;
  let isOpen = true;

  const drawWaiting = async (): Promise<void> => {
    decoding = true;
    while (waiting) {
      const frame = waiting;
      waiting = undefined;
      try {
        const bitmap = await createImageBitmap(new Blob([frame.payload], { type: 'image/jpeg' }));
        if (isOpen) drawOn(canvas, bitmap, frame);
        bitmap.close();
      } catch {
        // A picture that cannot be decoded is skipped; the next one is a whole picture again.
      }
    }
    decoding = false;
  };

  return {
    show: (frame) => {
      // What is left of H.264 when the transport has just changed.
      if (frame.coding !== 'whole') return;
      waiting = frame;
      if (!decoding) void drawWaiting();
    },
    configure: () => undefined,
    close: () => (isOpen = false),
  };
};
