import type { Engine } from '../../src/core/engine.ts';
import { EngineError } from '../../src/core/errors.ts';
import type { Tensor, Tensors } from '../../src/core/tensor.ts';
import { openOrtEngine } from '../../src/engine/ort-engine.ts';
import { holdBack } from '../../src/learn/data-set.ts';
import { frameSamples } from '../../src/learn/samples.ts';
import { fit } from '../../src/learn/fit.ts';
import type { FitOptions, TrainingState } from '../../src/learn/fit.ts';
import { conv2d, maxPooling2D, sequential, upSampling2D } from '../../src/model/architectures/sequential.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';
import { tinySet } from './tiny-set.ts';

const topology = sequential(
  'tiny',
  [8, 8, 1],
  [conv2d(8), maxPooling2D(), conv2d(4), upSampling2D(), conv2d(1, { activation: 'sigmoid' })],
);
/** 32 frames to train on, 8 held back; with batches of 8 an epoch has 4 steps. */
const parts = holdBack(tinySet(40), 0.2);
const sets = { training: frameSamples(parts.training), heldBack: frameSamples(parts.heldBack) };
/** Nothing but the option under test ends the training; the learning rate does not fall in the time it takes. */
const endless = { batch: 8, noise: 0.1, maxSeconds: 1e12, patience: Infinity, seed: 3 };

describe('on the real engine', () => {
  let engine: Engine<Uint8Array>;
  beforeAll(async () => {
    engine = await openOrtEngine({ device: 'cpu', workers: 1 });
  });
  afterAll(() => engine.close());

  const fitSteps = async (steps: number, seed: number, changes: Partial<FitOptions> = {}) => {
    const stop = new AbortController();
    const onProgress: FitOptions['onProgress'] = ({ step }) => step === steps && stop.abort();
    return fit(engine, topology, initialWeights(topology, 1), sets, {
      ...endless,
      seed,
      ...changes,
      signal: stop.signal,
      onProgress,
    });
  };

  test('learns to give back clean pictures from noisy ones', async () => {
    const { steps, epochs, history, validationLoss, stoppedBy } = await fitSteps(300, 3);
    expect({ steps, epochs, stoppedBy }).toEqual({ steps: 300, epochs: 75, stoppedBy: 'signal' });
    expect(history.map(({ step }) => step)).toEqual(Array.from({ length: 75 }, (_, index) => 4 * (index + 1)));
    // The noise alone is an error of 0.01.
    expect(history[0]?.validationLoss).toBeGreaterThan(0.03);
    expect(validationLoss).toBeLessThan(0.008);
  });

  test('the same seed gives the same weights, another seed others', async () => {
    const [one, same, other] = [await fitSteps(10, 3), await fitSteps(10, 3), await fitSteps(10, 4)];
    expect(same.weights).toEqual(one.weights);
    expect(same.history).toEqual(one.history);
    expect(other.weights).not.toEqual(one.weights);
  });

  test('a training that goes on from a checkpoint ends where it would have ended', async () => {
    const kept: TrainingState[] = [];
    const save = async (state: TrainingState): Promise<void> => void kept.push(state);
    // Noise is the session's own, which begins anew.
    const whole = await fitSteps(30, 3, { noise: 0, checkpoint: { resumed: undefined, everySeconds: 0, save } });
    const resumed = kept.find(({ step }) => step === 13)!;
    const rest = await fitSteps(30, 3, { noise: 0, checkpoint: { resumed, everySeconds: Infinity, save } });
    expect(rest.history).toEqual(whole.history);
    expect(rest.weights).toEqual(whole.weights);
    expect(rest.steps).toBe(30);
  });
});

/**
 * An engine whose training step adds 1 to every parameter, and whose held-back loss comes from the list, by evaluation;
 * beyond its end the loss gets worse. It counts the sessions that are not released.
 */
const scripted = (validationLosses: readonly number[], onStep: (step: number) => void = () => {}) => {
  let evaluations = 0;
  let open = 0;
  const scalar = (value: number) => ({ type: 'float32', shape: [], data: Float32Array.of(value) }) as const;
  const run = async ({ p, m, v, t }: Tensors): Promise<Tensors> => {
    const parameters = Float32Array.from(p?.data as Float32Array);
    // What was given is gone, as when it is transferred to a worker.
    if (p) structuredClone(p.data, { transfer: [p.data.buffer] });
    if (!p || !m || !v || !t) return { loss: scalar(validationLosses[evaluations++] ?? evaluations) };
    onStep(Number(t.data[0]));
    const p2 = { ...p, data: parameters.map((value) => value + 1) } as Tensor;
    return { p2, m2: m, v2: v, loss: scalar(1) };
  };
  const engine: Engine<Uint8Array> = {
    device: 'cpu',
    concurrency: 1,
    batchSize: 1,
    load: async () => {
      open++;
      return { run, release: async () => void open-- };
    },
    close: async () => {},
  };
  return { engine, openSessions: () => open };
};

const zeros = initialWeights(topology, 1).map((weight) => ({ ...weight, data: weight.data.map(() => 0) }));
const fitScripted = async (engine: Engine<Uint8Array>, options: Partial<FitOptions>) =>
  fit(engine, topology, zeros, sets, { ...endless, ...options });

test('keeps the weights of the best held-back loss, and stops when none is better for too long', async () => {
  const { engine, openSessions } = scripted([0.5, 0.25, 0.375, 0.25, 0.75]);
  const result = await fitScripted(engine, { patience: 3 });
  expect(result).toMatchObject({ stoppedBy: 'patience', steps: 20, epochs: 5, validationLoss: 0.25 });
  expect(result.history.map(({ validationLoss }) => validationLoss)).toEqual([0.5, 0.25, 0.375, 0.25, 0.75]);
  // 8 steps were done at the second evaluation.
  for (const { data } of result.weights) expect(new Set(data)).toEqual(new Set([8]));
  expect(openSessions()).toBe(0);
});

test('a better loss gives it its whole patience again', async () => {
  const { engine } = scripted([0.5, 0.6, 0.4, 0.6, 0.6]);
  expect(await fitScripted(engine, { patience: 2 })).toMatchObject({ stoppedBy: 'patience', steps: 20 });
});

test('a signal in the middle of an epoch ends it; the weights so far are judged before', async () => {
  const stop = new AbortController();
  const { engine } = scripted([0.5, 0.1], (step) => step === 6 && stop.abort());
  const result = await fitScripted(engine, { signal: stop.signal });
  expect(result).toMatchObject({ stoppedBy: 'signal', steps: 6, epochs: 1.5 });
  expect(result.history.map(({ step }) => step)).toEqual([4, 6]);
  expect(result.weights[0]?.data[0]).toBe(6);
});

test('aborted before the first step it rejects: untrained weights are nothing to keep', async () => {
  const { engine, openSessions } = scripted([0.5]);
  await expect(fitScripted(engine, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  expect(openSessions()).toBe(0);
});

test('ends when its time is over, and tells how much of it is gone', async () => {
  const { engine } = scripted([]);
  const fractions: number[] = [];
  const { stoppedBy, seconds, steps } = await fitScripted(engine, {
    maxSeconds: 0.02,
    onProgress: ({ fraction }) => fractions.push(fraction),
  });
  expect(stoppedBy).toBe('time');
  expect(seconds).toBeGreaterThanOrEqual(0.02);
  expect(fractions).toHaveLength(steps);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBeLessThanOrEqual(1);
});

test('without any time it gives back the weights it began with', async () => {
  const { engine } = scripted([0.5]);
  expect(await fitScripted(engine, { maxSeconds: 0 })).toMatchObject({
    stoppedBy: 'time',
    steps: 0,
    validationLoss: 0.5,
    weights: zeros,
  });
});

test('an engine that fails in the middle leaves no session behind', async () => {
  const { engine, openSessions } = scripted([], (step) => {
    if (step === 2) throw new EngineError('run-failed', 'out of memory');
  });
  await expect(fitScripted(engine, {})).rejects.toMatchObject({ code: 'run-failed' });
  expect(openSessions()).toBe(0);
});
