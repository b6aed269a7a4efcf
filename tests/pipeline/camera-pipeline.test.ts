import { setImmediate } from 'node:timers/promises';

import { Subject } from 'rxjs';

import type { PipelineCamera } from '../../src/config/pipeline.ts';
import type { CameraEvent } from '../../src/core/camera.ts';
import { DataError, InterruptedError, ModelError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import type { Prediction } from '../../src/core/prediction.ts';
import type { CameraStatus, LearningProgress, TaskName } from '../../src/core/status.ts';
import type { DataSet } from '../../src/learn/data-set.ts';
import { CameraPipeline } from '../../src/pipeline/camera-pipeline.ts';
import type { CameraDeps } from '../../src/pipeline/camera-deps.ts';
import type { Work } from '../../src/pipeline/inference.ts';
import type { LoadedModel } from '../../src/pipeline/models.ts';
import { tinySet } from '../learn/tiny-set.ts';
import { frameSource, pendingModel } from './fake-work.ts';

const calibration = {
  rows: 1,
  cols: 1,
  cellMean: [0.1],
  cellStd: [0.1],
  threshold: 2,
  falseAlarmsPerDay: 1,
  framesPerSecond: 8,
  smoothingSeconds: 0,
  frames: 40,
  errorQuantiles: { p50: 0, p90: 1, p99: 1, max: 1 },
};
const scoring = pendingModel('models/door/anomaly', { task: 'anomaly', calibration }).model;
const colouring = pendingModel('models/door/colorize', { task: 'colorize' }).model;
const findLearned: CameraDeps['findModel'] = async (task) => (task === 'anomaly' ? scoring : colouring);
/** Five seconds of this camera are the least that can be learned from: 40 frames. */
const settings: PipelineCamera = {
  id: 'door',
  paused: false,
  denoiser: { model: 'fast', strength: 1 },
  url: 'rtsp://admin:secret@door/live',
  transport: 'tcp',
  width: 2,
  height: 1,
  format: 'gray',
  fps: 8,
  mask: [],
  live: { width: 8, height: 8, format: 'rgb24', fps: 10 },
  tasks: ['anomaly', 'denoise'],
  model: 'models/door',
};

/** Two tasks whose models are learned. */
const both = { tasks: ['anomaly', 'colorize'] } as const;
/** What the colouring model gives for a frame without colours of its own. */
const coloured = {
  colorized: { type: 'uint8', shape: [1, 1, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) },
  chroma: { type: 'float32', shape: [1, 1], data: Float32Array.of(0) },
} as const;

/** A camera pipeline with everything around it played by the test. */
const setUp = async (deps: Partial<CameraDeps> = {}, camera: Partial<PipelineCamera> = {}) => {
  const frames$ = new Subject<Frame>();
  const events$ = new Subject<CameraEvent>();
  const queued: Work[] = [];
  const predictions: Prediction[] = [];
  const statuses: CameraStatus[] = [];
  const events: CameraEvent[] = [];
  const failures: unknown[] = [];
  const taskFailures: [TaskName, unknown][] = [];
  const pipeline = new CameraPipeline(
    { ...settings, ...camera },
    {
      frames$,
      events$,
      redactedUrl: 'rtsp://***@door/live',
      queue: { push: (work) => queued.push(work) },
      collectSeconds: undefined,
      loadDenoiser: async () => false,
      findModel: async () => undefined,
      learn: async () => {},
      onPrediction: (prediction) => predictions.push(prediction),
      onStatus: (status) => statuses.push(status),
      onEvent: (event) => events.push(event),
      onModelFailed: (error) => failures.push(error),
      onTaskFailed: (task, error) => taskFailures.push([task, error]),
      ...deps,
    },
  );
  await pipeline.start();
  const frames = frameSource();
  let sequence = 0;
  const see = (count = 1): void => {
    for (let index = 0; index < count; index++) frames$.next(frames.next('door', sequence++));
  };
  /** The queue's answer to the frame pushed as number `index`. */
  const answer = (index: number, error: number): void =>
    pipeline.onInferred({
      work: queued[index]!,
      answers: queued[index]!.jobs.map(() => ({
        outputs: {
          error_map: { type: 'float32', shape: [2, 1, 1], data: Float32Array.of(9, error) },
          colorized: { type: 'uint8', shape: [2, 1, 2, 3], data: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6) },
          chroma: { type: 'float32', shape: [2, 1], data: Float32Array.of(9, 0) },
        },
        index: 1,
      })),
      queuedMs: 3,
      inferenceMs: 4,
    });
  return {
    pipeline,
    frames$,
    events$,
    queued,
    predictions,
    statuses,
    events,
    failures,
    taskFailures,
    frames,
    see,
    answer,
  };
};

/** What `learn` was called with, and how it ends. */
const lesson = () => {
  let resolve = (): void => {};
  let reject = (_error: Error): void => {};
  const ended = new Promise<void>((...settle) => ([resolve, reject] = settle));
  const calls: { set: DataSet; onProgress: (progress: LearningProgress) => void }[] = [];
  const learn: CameraDeps['learn'] = async (set, onProgress) => {
    calls.push({ set, onProgress });
    return ended;
  };
  return { calls, learn, resolve, reject };
};

test('before there is a model, raw pictures come out and are released once', async () => {
  const { pipeline, predictions, queued, frames, see } = await setUp();
  expect(pipeline.status).toMatchObject({ state: 'connecting', hasModel: false, url: 'rtsp://***@door/live' });
  see(2);
  expect(predictions.map(({ frame, ...result }) => [frame.sequence, result])).toEqual([
    [0, { queuedMs: 0, inferenceMs: 0 }],
    [1, { queuedMs: 0, inferenceMs: 0 }],
  ]);
  expect(queued).toEqual([]);
  expect(frames.releases()).toEqual([1, 1]);
  expect(pipeline.status).toMatchObject({ state: 'live', hasModel: false });
});

test('a picture is still there while it is shown, and is released even when showing it fails', async () => {
  const releasesWhenShown: number[][] = [];
  const { queued, frames, see, answer } = await setUp({
    findModel: findLearned,
    onPrediction: () => {
      releasesWhenShown.push(frames.releases());
      throw new Error('no room');
    },
  });
  see();
  expect(() => answer(0, 0.5)).toThrow('no room');
  expect([queued.length, releasesWhenShown, frames.releases()]).toEqual([1, [[0]], [1]]);
});

test('with a model each frame waits for its word, which comes out with the frame', async () => {
  const { pipeline, predictions, queued, frames, see, answer } = await setUp({ findModel: findLearned }, both);
  see();
  expect(pipeline.status).toMatchObject({ state: 'live', hasModel: true });
  expect(queued.map(({ jobs }) => jobs.map(({ model, task }) => [model, task.fetches]))).toEqual([
    [
      [scoring, ['error_map']],
      [colouring, ['colorized', 'chroma']],
    ],
  ]);
  expect([predictions, frames.releases()]).toEqual([[], [0]]);

  answer(0, 0.5);
  const [{ frame, predScore, anomalyMap, colorized, ...times } = {}] = predictions as Partial<Prediction>[];
  expect(frame).toBe(queued[0]?.frame);
  // (0.5 - 0.1) / 0.1 standard deviations, of which 2 are the threshold.
  expect(predScore).toBeCloseTo(2, 5);
  expect(anomalyMap).toMatchObject({ rows: 1, cols: 1 });
  expect(colorized).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
  expect(times).toEqual({ queuedMs: 3, inferenceMs: 4 });
  expect(frames.releases()).toEqual([1]);
});

test.each([
  [['anomaly'], ['error_map'], ['predScore', 'anomalyMap']],
  [['colorize'], ['colorized', 'chroma'], ['colorized']],
  [['anomaly', 'denoise'], ['error_map'], ['predScore', 'anomalyMap']],
] as const)('a camera whose tasks are %j fetches %j and nothing else', async (tasks, fetches, results) => {
  const { predictions, queued, see, answer } = await setUp({ findModel: findLearned }, { tasks });
  see();
  answer(0, 0.5);
  expect(queued[0]?.jobs.flatMap(({ task }) => task.fetches)).toEqual(fetches);
  expect(Object.keys(predictions[0] ?? {}).toSorted()).toEqual(
    ['frame', 'queuedMs', 'inferenceMs', ...results].toSorted(),
  );
});

test('collects footage, learns from it, and goes live with what it learned', async () => {
  const { calls, learn, resolve } = lesson();
  let isFound = false;
  const findModel: CameraDeps['findModel'] = async (task) => (isFound ? findLearned(task) : undefined);
  const { pipeline, statuses, predictions, queued, frames, see } = await setUp({
    collectSeconds: 6,
    learn,
    findModel,
  });
  see(47);
  expect(pipeline.status).toMatchObject({ state: 'learning', learning: { stage: 'collecting' } });
  expect(calls).toEqual([]);
  see();
  expect(calls[0]?.set).toMatchObject({ count: 48, framesPerSecond: 8, width: 2, height: 1 });
  expect([...(calls[0]?.set.at(47) ?? [])]).toEqual([47, 47]);

  calls[0]?.onProgress({ stage: 'calibrating', fraction: 0.5 });
  see();
  expect(pipeline.status).toMatchObject({ state: 'learning', hasModel: false, learning: { stage: 'calibrating' } });
  expect([predictions.length, queued.length, calls.length]).toEqual([49, 0, 1]);

  isFound = true;
  resolve();
  await setImmediate();
  expect(pipeline.status).toMatchObject({ state: 'live', hasModel: true });
  expect(pipeline.status).not.toHaveProperty('learning');
  see();
  expect(queued).toHaveLength(1);
  expect(statuses.map(({ state, learning }) => learning?.stage ?? state)).toEqual([
    'live',
    'collecting',
    'training',
    'calibrating',
    'live',
  ]);
  expect(frames.releases()).toEqual([...Array<number>(49).fill(1), 0]);
});

test('progress is told at once when a stage begins, not at every frame', async () => {
  const { statuses, see } = await setUp({ collectSeconds: 1000 });
  see(30);
  expect(statuses.map(({ learning }) => learning)).toEqual([
    undefined,
    { stage: 'collecting', fraction: 1 / 8000, secondsLeft: 7999 / 8 },
  ]);
});

test('a camera that must not learn by itself shows raw pictures for as long as it takes', async () => {
  const { calls, learn } = lesson();
  const { pipeline, predictions, see } = await setUp({ learn });
  see(100);
  expect([predictions.length, calls.length, pipeline.status.state]).toEqual([100, 0, 'live']);
});

test('learning that fails is said, and raw pictures go on', async () => {
  const { learn, reject } = lesson();
  const { pipeline, failures, predictions, see } = await setUp({ collectSeconds: 5, learn });
  see(40);
  reject(new Error('the disk is full'));
  await setImmediate();
  expect(pipeline.status).toMatchObject({
    state: 'live',
    hasModel: false,
    message: 'Learning failed: the disk is full',
  });
  expect(failures).toEqual([new Error('the disk is full')]);
  see();
  expect(predictions).toHaveLength(41);
});

test('a model that cannot be used is said, is not learned again, and the message outlives a lost connection', async () => {
  const { calls, learn } = lesson();
  const broken = new ModelError('mismatch', 'card.json: expected a version');
  const { pipeline, failures, predictions, events$, see } = await setUp({
    collectSeconds: 5,
    learn,
    findModel: async () => Promise.reject(broken),
  });
  see(50);
  const message = 'The model cannot be used: card.json: expected a version';
  expect(pipeline.status).toMatchObject({ state: 'live', hasModel: false, message });
  expect([failures, calls, predictions.length]).toEqual([[broken], [], 50]);

  events$.next({ type: 'failed', cause: 'timeout', message: 'No answer.', retryInMs: 500 });
  expect(pipeline.status).toMatchObject({ state: 'failed', message: 'No answer.' });
  see();
  expect(pipeline.status).toMatchObject({ state: 'live', message });
});

test('a camera that fails says why until its next frame', async () => {
  const { pipeline, events, events$, statuses, see } = await setUp({ findModel: findLearned });
  const failed = { type: 'failed', cause: 'unauthorized', message: 'Wrong password.', retryInMs: 500 } as const;
  see();
  events$.next(failed);
  expect(pipeline.status).toMatchObject({ state: 'failed', cause: 'unauthorized', message: 'Wrong password.' });
  events$.next({ type: 'connected', afterMs: 80 });
  expect(pipeline.status.state).toBe('failed');
  see();
  expect(pipeline.status.state).toBe('live');
  expect(pipeline.status).not.toHaveProperty('cause');
  expect(pipeline.status).not.toHaveProperty('message');
  expect(statuses.map(({ state }) => state)).toEqual(['live', 'failed', 'live']);
  expect(events).toEqual([failed, { type: 'connected', afterMs: 80 }]);
});

test('a camera that fails while it learns goes on learning, and uses the model when it is back', async () => {
  const { calls, learn, resolve } = lesson();
  let isFound = false;
  const findModel: CameraDeps['findModel'] = async (task) => (isFound ? findLearned(task) : undefined);
  const { pipeline, events$, see } = await setUp({ collectSeconds: 5, learn, findModel });
  see(40);
  events$.next({ type: 'failed', cause: 'ended', message: 'The stream ended.' });
  calls[0]?.onProgress({ stage: 'calibrating', fraction: 0 });
  expect(pipeline.status).toMatchObject({ state: 'failed', learning: { stage: 'calibrating' } });
  see();
  expect(pipeline.status.state).toBe('learning');
  events$.next({ type: 'failed', cause: 'ended', message: 'The stream ended.' });
  isFound = true;
  resolve();
  await setImmediate();
  expect(pipeline.status).toMatchObject({ state: 'failed', hasModel: true });
  see();
  expect(pipeline.status).toMatchObject({ state: 'live', hasModel: true });
});

test('once stopped it takes no more frames, but those in flight still come out', async () => {
  const { pipeline, frames$, events$, predictions, frames, see, answer } = await setUp({
    findModel: findLearned,
  });
  see();
  pipeline.stop();
  expect([frames$.observed, events$.observed]).toEqual([false, false]);
  answer(0, 0.1);
  expect(predictions).toHaveLength(1);
  expect(frames.releases()).toEqual([1]);
});

test('stopped while it learns, it looks for no model afterwards and calls nothing a failure', async () => {
  const { learn, resolve } = lesson();
  const findModel = jest.fn(async () => undefined);
  const { pipeline, failures, see } = await setUp({ collectSeconds: 5, learn, findModel });
  see(40);
  pipeline.stop();
  resolve();
  await setImmediate();
  expect(findModel).toHaveBeenCalledTimes(1);

  const unbegun = lesson();
  const other = await setUp({ collectSeconds: 5, learn: unbegun.learn });
  other.see(40);
  other.pipeline.stop();
  unbegun.reject(new InterruptedError());
  await setImmediate();
  expect([failures, other.failures]).toEqual([[], []]);
});

test('stopped while it learns, it still says that the model could not be saved', async () => {
  const { learn, reject } = lesson();
  const { pipeline, failures, see } = await setUp({ collectSeconds: 5, learn });
  see(40);
  pipeline.stop();
  reject(new Error('the disk is full'));
  await setImmediate();
  expect(failures).toEqual([new Error('the disk is full')]);
});

test('a model whose run failed says nothing, and the other one is heard all the same', async () => {
  const { pipeline, predictions, queued, see } = await setUp({ findModel: findLearned }, both);
  see();
  const outputs = coloured;
  pipeline.onInferred({ work: queued[0]!, answers: [undefined, { outputs, index: 0 }], queuedMs: 3, inferenceMs: 4 });
  expect(Object.keys(predictions[0] ?? {}).toSorted()).toEqual(['colorized', 'frame', 'inferenceMs', 'queuedMs']);
});

test('a task that fails on its outputs is told of, and the frame comes out with what the other one says', async () => {
  const { pipeline, predictions, taskFailures, queued, frames, see } = await setUp({ findModel: findLearned }, both);
  see();
  // No error map among the outputs.
  const answer = { outputs: coloured, index: 0 };
  pipeline.onInferred({ work: queued[0]!, answers: [answer, answer], queuedMs: 3, inferenceMs: 4 });
  expect(taskFailures).toEqual([['anomaly', expect.any(Error)]]);
  expect(Object.keys(predictions[0] ?? {}).toSorted()).toEqual(['colorized', 'frame', 'inferenceMs', 'queuedMs']);
  expect(frames.releases()).toEqual([1]);
});

test('a model that was learned is used while the others are still being learned, and keeps its state', async () => {
  let areColoursThere = false;
  let onLearned = async (): Promise<void> => {};
  const { pipeline, frames$, frames, queued } = await setUp(
    {
      collectSeconds: 5,
      findModel: async (task) => (task === 'anomaly' || areColoursThere ? findLearned(task) : undefined),
      learn: async (_set, _onProgress, told) => ((onLearned = told), new Promise(() => {})),
    },
    { ...both, format: 'rgb24' },
  );
  const see = (sequence: number): void =>
    frames$.next(frames.next('door', sequence, { format: 'rgb24', data: Uint8Array.of(200, 0, 0, 200, 0, 0) }));
  for (let sequence = 0; sequence < 40; sequence++) see(sequence);
  expect(pipeline.status).toMatchObject({ hasModel: true, working: ['anomaly'] });
  areColoursThere = true;
  await onLearned();
  expect(pipeline.status).toMatchObject({ hasModel: true, working: ['anomaly', 'colorize'] });
  see(40);
  const [before, after] = [queued[39]!.jobs, queued[40]!.jobs];
  expect(before.map(({ model }) => model)).toEqual([scoring]);
  expect(after.map(({ model }) => model)).toEqual([scoring, colouring]);
  expect(after[0]).toBe(before[0]);
});

test('the denoiser works once it is loaded; it is neither looked for among what was learned nor learned', async () => {
  let load = (_isThere: boolean): void => {};
  const { calls, learn } = lesson();
  const findModel = jest.fn(findLearned);
  const loadDenoiser = async () => new Promise<boolean>((resolve) => (load = resolve));
  const { pipeline, statuses, see } = await setUp({ collectSeconds: 5, findModel, learn, loadDenoiser });
  expect(pipeline.status).toMatchObject({ hasModel: true, working: ['anomaly'] });
  load(true);
  await setImmediate();
  expect(statuses.at(-1)).toMatchObject({ hasModel: true, working: ['anomaly', 'denoise'] });
  see(50);
  expect(calls).toEqual([]);
  expect(findModel.mock.calls).toEqual([['anomaly']]);
});

test('a camera that only denoises has its model when the denoiser is loaded', async () => {
  const without = await setUp({}, { tasks: ['denoise'] });
  await setImmediate();
  expect(without.pipeline.status).toMatchObject({ hasModel: false, working: [] });
  const { pipeline } = await setUp({ loadDenoiser: async () => true }, { tasks: ['denoise'] });
  await setImmediate();
  expect(pipeline.status).toMatchObject({ hasModel: true, working: ['denoise'] });
});

test('a denoiser that cannot be used is said, and the camera learns and is analysed all the same', async () => {
  const broken = new ModelError('mismatch', 'no model for this size');
  const { calls, learn } = lesson();
  const loadDenoiser = async () => Promise.reject(broken);
  const { pipeline, failures, see } = await setUp({ collectSeconds: 5, learn, loadDenoiser });
  await setImmediate();
  expect(pipeline.status.message).toBe('The denoiser cannot be used: no model for this size');
  expect(failures).toEqual([broken]);
  see(40);
  expect(calls).toHaveLength(1);
});

test.each([
  ['denoiser', 'The denoiser cannot be used: half of it is there'],
  ['model', 'The model cannot be used: half of it is there'],
])(
  'what was said of a %s that could not be used goes when one is taken later, that the camera is away does not',
  async (what, said) => {
    let problem: string | undefined = 'half of it is there';
    const load = async <T>(name: string, value: T): Promise<T> => {
      if (name === what && problem !== undefined) throw new ModelError('unreadable', problem);
      return value;
    };
    const { pipeline, statuses, events$, see } = await setUp({
      loadDenoiser: async () => load('denoiser', true),
      findModel: async () => load('model', scoring),
    });
    see();
    await setImmediate();
    expect(statuses.at(-1)?.message).toBe(said);
    problem = 'it is still broken';
    await pipeline.takeModels();
    expect(statuses.at(-1)?.message).toBe(said.replace('half of it is there', problem));
    events$.next({ type: 'failed', cause: 'timeout', message: 'No answer.', retryInMs: 500 });
    problem = undefined;
    await pipeline.takeModels();
    expect(statuses.at(-1)).toMatchObject({ state: 'failed', message: 'No answer.', working: ['anomaly', 'denoise'] });
    see();
    expect(statuses.at(-1)).not.toHaveProperty('message');
  },
);

test('a camera without the denoise task loads no denoiser', async () => {
  const loadDenoiser = jest.fn(async () => true);
  await setUp({ loadDenoiser }, { tasks: ['anomaly'] });
  expect(loadDenoiser).not.toHaveBeenCalled();
});

test('nothing waits for colours, which can only be learned by day, unless they are all that is wanted', async () => {
  const findModel: CameraDeps['findModel'] = async (task) => (task === 'anomaly' ? scoring : undefined);
  const mixed = await setUp({ findModel }, both);
  expect(mixed.pipeline.status).toMatchObject({ hasModel: true, working: ['anomaly'] });
  const alone = await setUp({ findModel }, { tasks: ['colorize'] });
  expect(alone.pipeline.status).toMatchObject({ hasModel: false, working: [] });
});

test('footage of a learning that was cut off is learned from at once, without collecting anew', async () => {
  const sets: unknown[] = [];
  const saved = tinySet(48);
  await setUp({
    collectSeconds: 60,
    findModel: async () => undefined,
    savedFootage: async () => saved,
    learn: async (set) => void sets.push(set),
  });
  expect(sets).toEqual([saved]);
});

test('a camera whose models were learned elsewhere meanwhile still comes to the end of collecting', async () => {
  const models = new Map<TaskName, LoadedModel>();
  const { learn, calls } = lesson();
  const { pipeline, see } = await setUp({ collectSeconds: 5, findModel: async (task) => models.get(task), learn });
  see(10);
  models.set('anomaly', scoring);
  await pipeline.takeModels();
  see(30);
  expect(calls).toHaveLength(1);
});

test('a camera that began at night collects colours by day, and learns them then', async () => {
  const { learn: first, calls, reject } = lesson();
  let hasColours = false;
  const findModel: CameraDeps['findModel'] = async (task) =>
    task === 'anomaly' ? scoring : hasColours ? colouring : undefined;
  const learn: CameraDeps['learn'] = async (...request) => {
    if (calls.length === 0) return first(...request);
    calls.push({ set: request[0], onProgress: request[1] });
    hasColours = true;
  };
  const camera = { tasks: ['anomaly', 'colorize'], width: 2, height: 2, format: 'rgb24' } as const;
  const { pipeline, frames$, frames, statuses } = await setUp({ collectSeconds: 5, findModel, learn }, camera);
  let sequence = 0;
  const seeColours = (level: number): void => {
    const data = Uint8Array.from({ length: 12 }, (_, at) => (at % 3 === 0 ? level : 90));
    frames$.next(frames.next('door', sequence++, { ...camera, data }));
  };
  for (let index = 0; index < 50; index++) seeColours(90);
  expect(statuses.some(({ learning }) => learning)).toBe(false);
  for (let index = 0; index < 39; index++) seeColours(150);
  expect(calls).toHaveLength(0);
  expect(pipeline.status.learning).toMatchObject({ stage: 'collecting' });
  seeColours(150);
  expect(calls[0]?.set.count).toBe(40);
  // Whatever still was too little is tried again.
  reject(new DataError('too-few', 'too few'));
  await setImmediate();
  for (let index = 0; index < 40; index++) seeColours(150);
  await setImmediate();
  expect(calls).toHaveLength(2);
  expect(pipeline.status).toMatchObject({ state: 'live', working: ['anomaly', 'colorize'] });
  expect(pipeline.status.message).toBeUndefined();
});

test('learns on demand while it is watched with the models it has', async () => {
  const { calls, learn, resolve } = lesson();
  const starts: unknown[] = [];
  const { pipeline, queued, see } = await setUp({
    findModel: findLearned,
    learn: async (...request) => (starts.push(request[3].start), learn(...request)),
  });
  see();
  expect(pipeline.startLearning({ seconds: 6, isFresh: false })).toBe('started');
  expect(pipeline.status).toMatchObject({
    state: 'live',
    hasModel: true,
    learning: { stage: 'collecting', fraction: 0, secondsLeft: 6 },
  });
  expect(pipeline.startLearning({ seconds: 6, isFresh: false })).toBe('already-learning');
  see(48);
  expect(calls[0]?.set.count).toBe(48);
  expect(pipeline.status).toMatchObject({ state: 'live', learning: { stage: 'training' } });
  see();
  expect(queued).toHaveLength(50);
  resolve();
  await setImmediate();
  expect(pipeline.status).toMatchObject({ state: 'live', hasModel: true });
  expect(pipeline.status).not.toHaveProperty('learning');
  pipeline.startLearning({ seconds: 5, isFresh: true });
  see(40);
  expect(starts).toEqual(['previous', 'fresh']);
});

test('learning on demand that fails is said, and the model stays', async () => {
  const { learn, reject } = lesson();
  const { pipeline, queued, see } = await setUp({ findModel: findLearned, learn });
  pipeline.startLearning({ seconds: 5, isFresh: false });
  see(40);
  reject(new ModelError('worse', 'the old one is better'));
  await setImmediate();
  expect(pipeline.status).toMatchObject({
    state: 'live',
    hasModel: true,
    message: 'Learning failed: the old one is better',
  });
  see();
  expect(queued).toHaveLength(41);
});

test('a learning that is cancelled is over at once, and whatever still comes of it is not told', async () => {
  const { calls, learn, reject } = lesson();
  const signals: AbortSignal[] = [];
  const { pipeline, failures, see } = await setUp({
    collectSeconds: 5,
    learn: async (...request) => (signals.push(request[3].signal), learn(...request)),
  });
  expect(pipeline.cancelLearning()).toBe(false);
  see(20);
  expect(pipeline.cancelLearning()).toBe(true);
  expect(pipeline.status).toMatchObject({ state: 'live', hasModel: false });
  expect(pipeline.status).not.toHaveProperty('learning');
  see(40);
  expect(calls).toEqual([]);

  pipeline.startLearning({ seconds: 5, isFresh: false });
  see(40);
  expect(pipeline.cancelLearning()).toBe(true);
  expect(signals[0]?.aborted).toBe(true);
  calls[0]?.onProgress({ stage: 'calibrating', fraction: 0.5 });
  reject(new InterruptedError());
  await setImmediate();
  expect(pipeline.status).not.toHaveProperty('learning');
  expect([failures, pipeline.status.state]).toEqual([[], 'live']);
  expect(pipeline.startLearning({ seconds: 5, isFresh: false })).toBe('started');
});

test('a camera that only denoises has nothing to learn from its footage', async () => {
  const { pipeline } = await setUp({}, { tasks: ['denoise'] });
  expect(pipeline.startLearning({ seconds: 5, isFresh: false })).toBe('nothing-to-learn');
});

test('a camera that waits for colours learns on demand meanwhile, and waits on when that is cancelled', async () => {
  const { calls, learn } = lesson();
  const findModel: CameraDeps['findModel'] = async (task) => (task === 'anomaly' ? scoring : undefined);
  const camera = { ...both, width: 2, height: 2, format: 'rgb24' } as const;
  const { pipeline, frames$, frames } = await setUp({ collectSeconds: 5, findModel, learn }, camera);
  let sequence = 0;
  const see = (level: number, count: number): void => {
    const data = Uint8Array.from({ length: 12 }, (_, at) => (at % 3 === 0 ? level : 90));
    for (let index = 0; index < count; index++) frames$.next(frames.next('door', sequence++, { ...camera, data }));
  };
  expect(pipeline.startLearning({ seconds: 5, isFresh: false })).toBe('started');
  see(90, 40);
  expect(calls).toHaveLength(1);
  pipeline.cancelLearning();
  see(90, 40);
  expect(calls).toHaveLength(1);
  see(150, 40);
  expect(calls).toHaveLength(2);
});
