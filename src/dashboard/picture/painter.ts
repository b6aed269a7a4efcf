import type { VideoMessage } from '../../server/protocol.ts';
import type { PictureFrame } from './picture-frame.ts';

/** Shows the pictures of one feed on a canvas, the newest as soon as it can; `data-sequence` says which one is there. */
export interface Painter {
  readonly show: (frame: PictureFrame) => void;
  /** Comes before the first H.264 picture, and again when it changes. */
  readonly configure: (config: VideoMessage) => void;
  readonly close: () => void;
}

/** The bytes of an AVCDecoderConfigurationRecord in base64. */
export const recordOf = ({ description }: VideoMessage): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(description), (letter) => letter.charCodeAt(0));

export const drawOn = (
  canvas: HTMLCanvasElement,
  source: CanvasImageSource,
  { width, height, sequence }: { readonly width: number; readonly height: number; readonly sequence: number },
): void => {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext('2d')?.drawImage(source, 0, 0, width, height);
  canvas.dataset['sequence'] = String(sequence);
};
