import type { VideoMessage } from '../../server/protocol.ts';
import { drawOn, type Painter, recordOf } from './painter.ts';

/** A decoder that owes a picture for longer than this is behind, and goes on with the next key frame. */
const behindMs = 1000;

/** H.264 by WebCodecs. `onFault` is told when this browser cannot decode it, or no more. */
export const webCodecsPainter = (canvas: HTMLCanvasElement, onFault: (error: unknown) => void): Painter => {
  let decoder: VideoDecoder | undefined;
  let config: VideoDecoderConfig | undefined;
  let needsKey = true;
  /** When each picture that is not decoded yet was given, by its sequence. */
  const owed = new Map<number, number>();

  const restart = (): void => {
    if (decoder && decoder.state !== 'closed') decoder.close();
    owed.clear();
    needsKey = true;
    if (!config) return;
    decoder = new VideoDecoder({
      output: (frame) => {
        // The sequence travels as the time, which nothing else needs here.
        const sequence = frame.timestamp;
        owed.delete(sequence);
        drawOn(canvas, frame, { width: frame.displayWidth, height: frame.displayHeight, sequence });
        frame.close();
      },
      error: onFault,
    });
    decoder.configure(config);
  };

  return {
    configure: (message: VideoMessage) => {
      const { codec, width, height } = message;
      const description = recordOf(message);
      config = { codec, description, codedWidth: width, codedHeight: height, optimizeForLatency: true };
      try {
        restart();
      } catch (error) {
        onFault(error);
      }
    },
    show: ({ coding, sequence, payload }) => {
      const [oldest] = owed.values();
      try {
        if (oldest !== undefined && performance.now() - oldest > behindMs) restart();
        if (decoder?.state !== 'configured' || coding === 'whole' || (needsKey && coding !== 'key')) return;
        needsKey = false;
        owed.set(sequence, performance.now());
        decoder.decode(
          new EncodedVideoChunk({ type: coding === 'key' ? 'key' : 'delta', timestamp: sequence, data: payload }),
        );
      } catch (error) {
        onFault(error);
      }
    },
    close: () => {
      config = undefined;
      restart();
    },
  };
};
