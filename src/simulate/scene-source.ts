import { spawn } from 'node:child_process';

import { CameraError } from '../core/errors.ts';
import { createAccessUnitDemuxer } from './access-unit.ts';
import type { MediaSource } from './media-stream.ts';
import type { Scene } from './scene.ts';

export interface SceneSourceOptions {
  readonly scene: Scene;
  /** Path of the ffmpeg program; it must have libx264. */
  readonly ffmpeg: string;
  /** Epoch ms at which the scene's time is 0. */
  readonly startAt: number;
}

/** Raw frames on stdin, FLV with H.264 on stdout; a key frame each second so that late viewers soon see something. */
const encoderArgs = ({ width, height, fps }: Scene['options']): string[] => {
  const input = `-f rawvideo -pix_fmt rgb24 -video_size ${width}x${height} -framerate ${fps} -i pipe:0`;
  const encoder = '-c:v libx264 -preset ultrafast -tune zerolatency -crf 24 -pix_fmt yuv420p -threads 1';
  const output = '-f flv -flvflags no_duration_filesize -flush_packets 1 pipe:1';
  return `-hide_banner -loglevel error ${input} ${encoder} -g ${Math.ceil(fps)} ${output}`.split(' ');
};

/** Renders the scene in real time while it is open, and encodes it in an ffmpeg child that ends with its stdin. */
export const sceneSource = ({ scene, ffmpeg, startAt }: SceneSourceOptions): MediaSource => ({
  fps: scene.options.fps,
  open: ({ parameterSets, accessUnit, failed }) => {
    const { fps } = scene.options;
    const child = spawn(ffmpeg, encoderArgs(scene.options), { stdio: ['pipe', 'pipe', 'pipe'] });
    let closed = false;
    let stderr = '';
    let timer: NodeJS.Timeout | undefined;
    const nextFrame = (now: number): number => Math.floor(((now - startAt) * fps) / 1000) + 1;
    const wait = (): void => {
      const now = performance.timeOrigin + performance.now();
      const frame = nextFrame(now);
      timer = setTimeout(
        () => {
          // The encoder is behind: leave frames out instead of piling them up.
          if (!child.stdin.writableNeedDrain) child.stdin.write(scene.render(frame / fps));
          wait();
        },
        startAt + (frame * 1000) / fps - now,
      );
    };
    const close = (): void => {
      closed = true;
      clearTimeout(timer);
      child.stdin.destroy();
      child.kill();
    };
    const fail = (error: Error): void => {
      if (closed) return;
      close();
      failed(error);
    };
    child.stdout.on('data', createAccessUnitDemuxer({ onParameterSets: parameterSets, onAccessUnit: accessUnit }));
    child.stderr.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-2000)));
    // A broken pipe is reported by 'close', with its reason.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) =>
      fail(new CameraError('no-ffmpeg', `Cannot run ${ffmpeg}: ${error.message}`, { cause: error })),
    );
    child.on('close', (code) => fail(encoderError(ffmpeg, code, stderr)));
    wait();
    return { close };
  },
});

const encoderError = (ffmpeg: string, code: number | null, stderr: string): CameraError =>
  /Unknown encoder 'libx264'/.test(stderr)
    ? new CameraError('codec', `${ffmpeg} was built without libx264, which the simulator needs. Install another ffmpeg or name it in NIGHTJAR_FFMPEG.`) // prettier-ignore
    : new CameraError('crashed', `The simulator's encoder ended with exit code ${code}: ${stderr.trim()}`);
