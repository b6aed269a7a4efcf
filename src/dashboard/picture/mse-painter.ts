import type { VideoMessage } from '../../server/protocol.ts';
import { fragment, initSegment, joined, timescale } from './fragmented-mp4.ts';
import { drawOn, type Painter, recordOf } from './painter.ts';

/** Pictures last a little shorter than until the next one comes, so that the player is always at the end of what it has. */
const durationShare = 0.9;
const [shortestMs, longestMs] = [10, 500];
/** Further behind than this, the player jumps to the newest picture. */
const behindSeconds = 0.3;
/** Seconds of played video that are kept, and how much more may gather before they are cut. */
const keptSeconds = 4;

/**
 * H.264 by Media Source Extensions, which plain http allows, too: each picture is a fragment of an MP4 without an end,
 * appended at once. `onFault` is told when this browser cannot play it, or no more.
 */
export const msePainter = (canvas: HTMLCanvasElement, onFault: (error: unknown) => void): Painter => {
  let stop = (): void => undefined;
  let show: Painter['show'] = () => undefined;

  const start = (message: VideoMessage): void => {
    const { codec, width, height } = message;
    const source = new MediaSource();
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    const url = URL.createObjectURL(source);
    video.src = url;
    let buffer: SourceBuffer | undefined;
    let waiting: Uint8Array<ArrayBuffer>[] = [initSegment({ record: recordOf(message), width, height })];
    let isOpen = true;
    let needsKey = true;
    let count = 0;
    let ends = 0;
    let lastAt: number | undefined;
    let intervalMs = 100;
    /** Sequence of each picture by the tick at which it begins. */
    const sequences = new Map<number, number>();

    const fail = (error: unknown): void => {
      if (isOpen) onFault(error);
    };
    const append = (): void => {
      if (!buffer || buffer.updating || !isOpen) return;
      const begin = video.buffered.length > 0 ? video.buffered.start(0) : 0;
      try {
        if (video.currentTime - begin > 2 * keptSeconds) return buffer.remove(0, video.currentTime - keptSeconds);
        if (waiting.length === 0) return;
        const parts = waiting;
        waiting = [];
        buffer.appendBuffer(parts.length === 1 && parts[0] ? parts[0] : joined(parts));
      } catch (error) {
        fail(error);
      }
    };
    const follow = (): void => {
      const { buffered } = video;
      if (buffered.length > 0) {
        const end = buffered.end(buffered.length - 1);
        if (end - video.currentTime > behindSeconds) video.currentTime = end - intervalMs / 2000;
      }
      append();
    };
    source.addEventListener('sourceopen', () => {
      URL.revokeObjectURL(url);
      try {
        buffer = source.addSourceBuffer(`video/mp4; codecs="${codec}"`);
        buffer.addEventListener('updateend', follow);
        append();
      } catch (error) {
        fail(error);
      }
    });
    // Also when the buffer refuses what was appended.
    video.addEventListener('error', () => fail(video.error));
    video.play().catch((error: unknown) => (error as Error).name === 'NotAllowedError' && fail(error));

    const draw = (_now: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      if (!isOpen) return;
      const tick = Math.round(mediaTime * timescale);
      const sequence = sequences.get(tick);
      if (sequence !== undefined) drawOn(canvas, video, { width, height, sequence });
      for (const earlier of sequences.keys()) if (earlier < tick) sequences.delete(earlier);
      video.requestVideoFrameCallback(draw);
    };
    video.requestVideoFrameCallback(draw);

    show = ({ coding, capturedAt, sequence, payload }) => {
      const keyFrame = coding === 'key';
      if (coding === 'whole' || (needsKey && !keyFrame)) return;
      needsKey = false;
      if (lastAt !== undefined) {
        const passedMs = Math.min(longestMs, Math.max(shortestMs, capturedAt - lastAt));
        intervalMs += (passedMs - intervalMs) * (count < 5 ? 0.5 : 0.1);
      }
      lastAt = capturedAt;
      const duration = Math.round((intervalMs * durationShare * timescale) / 1000);
      sequences.set(ends, sequence);
      count += 1;
      waiting.push(fragment(count, { decodeTime: ends, duration, keyFrame, data: payload }));
      ends += duration;
      append();
    };
    stop = () => {
      isOpen = false;
      video.removeAttribute('src');
      video.load();
    };
  };

  return {
    configure: (message) => {
      stop();
      start(message);
    },
    show: (frame) => show(frame),
    close: () => {
      stop();
      show = () => undefined;
    },
  };
};
