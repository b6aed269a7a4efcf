import type { PictureFrame } from './picture-frame.ts';

/** Returns a function that shows JPEG frames on the canvas; while one is decoded, only the newest is kept waiting. */
export const livePicture = (canvas: HTMLCanvasElement): ((frame: PictureFrame) => void) => {
  let waiting: PictureFrame | undefined;
  let decoding = false;
  const context = canvas.getContext('2d');

  const drawWaiting = async (): Promise<void> => {
    decoding = true;
    while (waiting) {
      const { payload, width, height, sequence } = waiting;
      waiting = undefined;
      try {
        const bitmap = await createImageBitmap(new Blob([payload], { type: 'image/jpeg' }));
        if (canvas.width !== width) canvas.width = width;
        if (canvas.height !== height) canvas.height = height;
        context?.drawImage(bitmap, 0, 0);
        bitmap.close();
        canvas.dataset['sequence'] = String(sequence);
      } catch {
        // A picture that cannot be decoded is skipped; the next one is a whole picture again.
      }
    }
    decoding = false;
  };

  return (frame) => {
    waiting = frame;
    if (!decoding) void drawWaiting();
  };
};
