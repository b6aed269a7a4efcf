import { setImmediate } from 'node:timers/promises';

import { Subject } from 'rxjs';

import { Demand } from '../../src/core/demand.ts';
import { ModelError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { inferenceQueue } from '../../src/pipeline/inference.ts';
import { LivePictures } from '../../src/pipeline/live-pictures.ts';
import type { Denoiser, LiveDeps } from '../../src/pipeline/live-pictures.ts';
import type { CameraTask } from '../../src/task/camera-task.ts';
import { rowOf } from '../../src/task/decode.ts';
import { frameSource, pendingModel } from './fake-work.ts';

const shape = { width: 2, height: 1, format: 'gray' } as const;

/** A denoiser that counts how often it was opened and, in each task, its frames: the state that it carries. */
const countingDenoiser = () => {
  const { model, runs } = pendingModel('models/denoise');
  const opened: number[] = [];
  const open = (): CameraTask => {
    const task = opened.push(0) - 1;
    return {
      fetches: ['denoised'],
      inputs: () => ({}),
      decode: (outputs, index) => {
        opened[task]!++;
        return { denoised: rowOf(outputs, 'denoised', 'uint8', index) };
      },
    };
  };
  return { denoiser: { model, open } satisfies Denoiser, runs, opened };
};

const outputs = (...data: number[]) =>
  ({ denoised: { type: 'uint8', shape: [1, 1, 2, 1], data: Uint8Array.from(data) } }) as const;

/** A camera's live pictures before a real queue; the test answers the denoiser's runs. */
const setUp = async (deps: Partial<LiveDeps> = {}) => {
  const frames$ = new Subject<Frame>();
  const demand = new Demand();
  const pictures: { sequence: number; raw: number[]; denoised?: number[] }[] = [];
  const drops: [number, string][] = [];
  const failures: unknown[] = [];
  const { denoiser, runs, opened } = countingDenoiser();
  const queue = inferenceQueue({
    batchSize: 1,
    concurrency: 2,
    onDrop: ({ frame }, reason) => {
      drops.push([frame.sequence, reason]);
      if (reason === 'engine-error') live.onRunFailed(frame);
    },
    onError: () => undefined,
  });
  const live: LivePictures = new LivePictures('door', shape, {
    frames$,
    queue,
    demand,
    findDenoiser: async () => denoiser,
    onPicture: ({ frame: { sequence, data }, denoised }) =>
      pictures.push({ sequence, raw: [...data], ...(denoised && { denoised: [...denoised] }) }),
    onTaskFailed: (error) => failures.push(error),
    ...deps,
  });
  queue.results$.subscribe((result) => live.onInferred(result));
  const isThere = await live.loadDenoiser();
  live.start();
  const frames = frameSource();
  const see = (...sequences: number[]): void => {
    for (const sequence of sequences) frames$.next(frames.next('door', sequence));
  };
  const answer = async (run: number, ...data: number[]): Promise<void> => {
    runs[run]?.resolve(outputs(...data));
    await setImmediate();
  };
  return { live, isThere, frames$, demand, pictures, drops, failures, denoiser, runs, opened, frames, see, answer };
};

test('frames are taken only while somebody watches this camera', async () => {
  const { demand, frames$ } = await setUp();
  demand.want('yard', 'denoised');
  expect(frames$.observed).toBe(false);
  const leave = demand.want('door', 'denoised');
  expect(frames$.observed).toBe(true);
  const other = demand.want('door', 'raw');
  leave();
  expect(frames$.observed).toBe(true);
  other();
  expect(frames$.observed).toBe(false);
});

test('raw pictures go straight out, without the engine', async () => {
  const { demand, pictures, runs, frames, see } = await setUp();
  demand.want('door', 'raw');
  see(0, 1);
  expect(pictures).toEqual([
    { sequence: 0, raw: [0, 0] },
    { sequence: 1, raw: [1, 1] },
  ]);
  expect([runs, frames.releases()]).toEqual([[], [1, 1]]);
});

test('while denoised pictures are watched, raw and denoised of one frame come out together', async () => {
  const { demand, pictures, frames, see, answer } = await setUp();
  demand.want('door', 'denoised');
  see(4);
  expect([pictures, frames.releases()]).toEqual([[], [0]]);
  await answer(0, 7, 8);
  expect(pictures).toEqual([{ sequence: 4, raw: [4, 4], denoised: [7, 8] }]);
  expect(frames.releases()).toEqual([1]);
});

test('an engine that does not keep up denoises the newest frame, and the others are dropped and counted', async () => {
  const { demand, pictures, drops, frames, see, answer } = await setUp();
  demand.want('door', 'denoised');
  demand.want('door', 'raw');
  see(0, 1, 2, 3);
  await answer(0, 1, 1);
  await answer(1, 2, 2);
  expect(pictures.map(({ sequence }) => sequence)).toEqual([0, 3]);
  expect(drops).toEqual([
    [1, 'superseded'],
    [2, 'superseded'],
  ]);
  expect(frames.releases()).toEqual([1, 1, 1, 1]);
});

test('a picture that was overtaken while it was denoised does not come out after its successor', async () => {
  const { demand, pictures, frames, see, answer } = await setUp();
  demand.want('door', 'raw');
  const leave = demand.want('door', 'denoised');
  see(0);
  leave();
  see(1);
  await answer(0, 7, 8);
  expect(pictures.map(({ sequence }) => sequence)).toEqual([1]);
  expect(frames.releases()).toEqual([1, 1]);
});

test('what was denoised for somebody who has left meanwhile is not handed out', async () => {
  const { demand, pictures, frames, see, answer } = await setUp();
  const leave = demand.want('door', 'denoised');
  see(0);
  leave();
  await answer(0, 7, 8);
  expect([pictures, frames.releases()]).toEqual([[], [1]]);
});

test('the denoiser remembers while it is in use, and begins anew when it was not for more than three seconds', async () => {
  const { demand, opened, see, answer } = await setUp();
  const leave = demand.want('door', 'denoised');
  // 100 ms lie between two numbers.
  for (const [run, sequence] of [0, 1, 31].entries()) {
    see(sequence);
    await answer(run, 0, 0);
  }
  expect(opened).toEqual([3]);
  leave();
  demand.want('door', 'raw');
  see(45, 62);
  demand.want('door', 'denoised');
  see(63);
  await answer(3, 0, 0);
  expect(opened).toEqual([3, 1]);
});

test('a frame whose run failed comes out raw', async () => {
  const { demand, pictures, drops, runs, frames, see } = await setUp();
  demand.want('door', 'denoised');
  demand.want('door', 'raw');
  see(5);
  runs[0]?.reject(new Error('out of memory'));
  await setImmediate();
  expect(pictures).toEqual([{ sequence: 5, raw: [5, 5] }]);
  expect([drops, frames.releases()]).toEqual([[[5, 'engine-error']], [1]]);
});

test('a task that fails on its outputs is told of, and the picture comes out raw', async () => {
  const { demand, pictures, runs, failures, frames, see } = await setUp();
  demand.want('door', 'raw');
  demand.want('door', 'denoised');
  see(5);
  runs[0]?.resolve({});
  await setImmediate();
  expect(pictures).toEqual([{ sequence: 5, raw: [5, 5] }]);
  expect([failures.length, frames.releases()]).toEqual([1, [1]]);
});

test('without a denoiser there are raw pictures only, for those who watch them', async () => {
  const { isThere, demand, pictures, frames$, frames, see } = await setUp({ findDenoiser: async () => undefined });
  expect(isThere).toBe(false);
  demand.want('door', 'denoised');
  expect(frames$.observed).toBe(false);
  demand.want('door', 'raw');
  see(1);
  expect(pictures).toEqual([{ sequence: 1, raw: [1, 1] }]);
  expect(frames.releases()).toEqual([1]);
});

test('a denoiser that cannot be used is the failure of whoever wanted it loaded', async () => {
  const broken = new ModelError('mismatch', 'no model for 2x1');
  await expect(setUp({ findDenoiser: async () => Promise.reject(broken) })).rejects.toBe(broken);
});

test('a picture is released even when showing it fails', async () => {
  const onPicture = (): void => {
    throw new Error('no room');
  };
  const { live, demand, frames, denoiser } = await setUp({ onPicture });
  demand.want('door', 'denoised');
  const work = { frame: frames.next('door', 0), stream: 'live', queuedAt: 0 } as const;
  const jobs = [{ model: denoiser.model, task: denoiser.open() }];
  const answers = [{ outputs: outputs(7, 8), index: 0 }];
  expect(() => live.onInferred({ work: { ...work, jobs }, answers, queuedMs: 0, inferenceMs: 0 })).toThrow('no room');
  expect(frames.releases()).toEqual([1]);
});

test('once stopped it takes no more frames, but those in flight are still released', async () => {
  const { live, frames$, demand, frames, see, answer } = await setUp();
  demand.want('door', 'denoised');
  see(0);
  live.stop();
  expect(frames$.observed).toBe(false);
  await answer(0, 7, 8);
  expect(frames.releases()).toEqual([1]);
});

test('a denoiser that is loaded while somebody waits for it is used from the next frame on', async () => {
  let isThere = false;
  const { denoiser, runs } = countingDenoiser();
  const { live, demand, frames$, see } = await setUp({ findDenoiser: async () => (isThere ? denoiser : undefined) });
  demand.want('door', 'denoised');
  expect(frames$.observed).toBe(false);
  isThere = true;
  await live.loadDenoiser();
  see(0);
  expect(runs).toHaveLength(1);
});
