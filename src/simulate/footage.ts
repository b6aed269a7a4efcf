import { lumaAt } from '../core/luma.ts';
import { createScene, type SceneOptions } from './scene.ts';
import { episodesAt, type Episode } from './schedule.ts';

export interface FootageOptions extends SceneOptions {
  /** Seconds of the scene's time; `everySeconds` between two frames (default 1 / fps). */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly everySeconds?: number;
  readonly format: 'gray' | 'rgb24';
}

/** One rendered frame with its ground truth; `data` is height x width x channels and the caller's to keep. */
export interface FootageFrame {
  readonly data: Uint8Array;
  readonly timeSeconds: number;
  readonly episodes: readonly Episode[];
}

/** Renders as fast as the caller takes frames, without RTSP and without a clock. */
export function* renderFootage(options: FootageOptions): Generator<FootageFrame, void, void> {
  const { fromSeconds, toSeconds, everySeconds = 1 / options.fps, format } = options;
  const scene = createScene(options);
  const count = Math.ceil((toSeconds - fromSeconds) / everySeconds - 1e-9);
  for (let index = 0; index < count; index++) {
    const timeSeconds = fromSeconds + index * everySeconds;
    const picture = scene.render(timeSeconds);
    const data = format === 'gray' ? grayOf(picture) : picture;
    yield { data, timeSeconds, episodes: episodesAt(options.schedule, timeSeconds) };
  }
}

/** Rounded: a byte array cuts the fraction off. */
const grayOf = (picture: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: picture.length / 3 }, (_, index) => lumaAt(picture, index, 3) + 0.5);
