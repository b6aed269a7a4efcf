import { DataError } from '../core/errors.ts';
import type { DenoiserChoice, OpenDenoiser } from '../core/frame-denoiser.ts';
import { decodeVideo } from './decode-video.ts';
import { encodeVideoFile } from './encode-video-file.ts';
import type { VideoFile } from './encode-video-file.ts';
import { ticksPerSecond } from './ivf.ts';
import type { Media } from './media-command.ts';
import { openPadded } from './padded-denoiser.ts';
import type { FfmpegProgram } from '../core/ffmpeg-program.ts';

export interface DenoiseWork {
  readonly ffmpeg: FfmpegProgram;
  readonly open: OpenDenoiser;
  readonly choice: Omit<DenoiserChoice, 'shape'>;
  readonly signal: AbortSignal;
  /** After each picture: how many are done, and which share of the whole that is (0 where nobody knows). */
  readonly onDone: (pictures: number, fraction: number) => void;
}

/**
 * Denoises a video file: same size, same times of the frames, sound copied. A frame is decoded, denoised and handed to
 * the encoder before the next one; no more than a few are in memory. Resolves with the number of frames. Throws
 * DataError, or the signal's reason, after both ffmpegs are gone.
 */
export const denoiseVideo = async (
  files: { readonly source: string; readonly target: string; readonly media: Media; readonly crf: number },
  { ffmpeg, open, choice, signal, onDone }: DenoiseWork,
): Promise<number> => {
  const { source, media } = files;
  const denoiser = await openPadded(open, { ...choice, shape: media });
  let file: VideoFile | undefined;
  let frames = 0;
  try {
    for await (const { data, ticks } of decodeVideo(source, media, ffmpeg)) {
      signal.throwIfAborted();
      file ??= encodeVideoFile({ ...files, startTicks: ticks }, ffmpeg);
      await file.write(await denoiser.denoise(data), ticks);
      frames += 1;
      onDone(frames, fractionOf(ticks, media));
    }
    signal.throwIfAborted();
    if (!file) throw new DataError('empty', `${source} gave no frames`);
    await file.finish();
    return frames;
  } catch (error) {
    // Ctrl-C reaches both ffmpegs as well: that they ended is no reason of its own.
    signal.throwIfAborted();
    throw error;
  } finally {
    await file?.abandon();
    await denoiser.release();
  }
};

const fractionOf = (ticks: number, { durationSeconds }: Media): number =>
  durationSeconds > 0 ? Math.min(1, ticks / ticksPerSecond / durationSeconds) : 0;
