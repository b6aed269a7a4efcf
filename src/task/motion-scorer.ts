import { lumaAt } from '../core/luma.ts';
import type { Tensor, Tensors } from '../core/tensor.ts';
import type { CameraTask } from './camera-task.ts';
import { CarriedState } from './carried-state.ts';
import { rowOf } from './decode.ts';
import { followScales } from './follow-scales.ts';
import type { ChannelScales } from './follow-scales.ts';
import { SceneChange } from './scene-change.ts';
import { SceneKinds } from './scene-kind.ts';
import { Smoothing } from './smoothing.ts';
import type { Threshold } from './threshold.ts';

/** What turns the outputs of a motion model into scores of which 1.0 is the threshold. */
export interface MotionScoring extends Pick<Threshold, 'threshold'> {
  /** What each channel's score is divided by: its 99 % quantile on held-back footage, or the least it may be. */
  readonly scales: ChannelScales;
  readonly framesPerSecond: number;
  readonly smoothingSeconds: number;
}

/** A pause of more than so many frames makes two pictures no neighbours in time. */
const longestPauseFrames = 2.5;

const floats = (shape: readonly number[], data: Float32Array): Tensor => ({ type: 'float32', shape, data });

/**
 * Scores one camera with a motion model. `state` is the model's initial one. While the scene changes, `sceneChange` is
 * true and the score 0. The channels' scales follow what is normal now, slowly.
 */
export const createMotionScorer = (calibration: MotionScoring, state: Tensors): CameraTask => {
  const { threshold, framesPerSecond, smoothingSeconds } = calibration;
  const scene = new SceneChange();
  let kinds: SceneKinds | undefined;
  const smoothing = new Smoothing(smoothingSeconds);
  const scales = followScales(calibration.scales);
  const carried = new CarriedState(state);
  let lastAt: number | undefined;
  const secondsSince = (capturedAt: number): number =>
    lastAt === undefined ? 0 : Math.max(0, (capturedAt - lastAt) / 1000);
  const isNeighbour = (seconds: number): boolean => seconds * framesPerSecond <= longestPauseFrames;

  return {
    fetches: ['score', 'score_map', 'channel_scores', 'changed', ...carried.fetches],
    inputs({ capturedAt }) {
      const seconds = secondsSince(capturedAt);
      const step = Math.min(seconds, longestPauseFrames / framesPerSecond);
      return {
        ...carried.tensors,
        seconds: floats([1], Float32Array.of(isNeighbour(seconds) ? seconds : 0)),
        adapt: floats([1], Float32Array.of(scene.followRate * step)),
        scales: floats([1, 3], Float32Array.from(scales.values)),
      };
    },
    decode(outputs, index, { capturedAt, data, width, height }) {
      const seconds = secondsSince(capturedAt);
      const isFirst = lastAt === undefined || !isNeighbour(seconds);
      lastAt = capturedAt;
      const row = (name: string): Float32Array => rowOf(outputs, name, 'float32', index);
      carried.keep(outputs, index);
      const background = carried.get('background');
      const isAlarming = row('score')[0]! >= threshold;
      const luma = (): Float32Array => brightnessOf(data, background.length);
      const wasChanging = scene.isChanging;
      const now = scene.next(background, {
        changed: row('changed')[0]!,
        seconds,
        isAlarming,
        luma,
      });
      kinds ??= new SceneKinds(width, height);
      if (now !== background) kinds.begin(wasChanging ? undefined : background);
      kinds.next(seconds, luma);
      // Of a known scene that is back only that it is a cover is worth telling.
      const isChanging = scene.isChanging || kinds.kind === 'camera-covered';
      if (now !== background) carried.set('background', now.slice());
      // Nothing of the old scene is present any more.
      if (now !== background || isChanging)
        carried.set(
          'presence',
          carried.get('presence').map(() => 0),
        );
      // Two pictures that are no neighbours have no motion between them.
      const score = isFirst || isChanging ? 0 : row('score')[0]!;
      if (!isFirst && !isChanging) scales.next(row('channel_scores'), seconds, isAlarming);
      const [, rows = 0, cols = 0] = outputs['score_map']?.shape ?? [];
      return {
        predScore: isFirst && !isChanging ? 0 : smoothing.next(score, seconds) / threshold,
        sceneChange: isChanging,
        ...(isChanging && kinds.kind && { sceneKind: kinds.kind }),
        anomalyMap: { rows, cols, values: row('score_map').map((value) => (isChanging ? 0 : value / threshold)) },
      };
    },
  };
};

/** Gray levels of gray or RGB bytes. */
const brightnessOf = (data: Uint8Array, pixels: number): Float32Array =>
  Float32Array.from({ length: pixels }, (_, at) => lumaAt(data, at, data.length === pixels ? 1 : 3));
