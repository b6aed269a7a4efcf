import type { Engine, Session } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import type { Tensor, Tensors } from '../core/tensor.ts';
import type { Checkpoint } from './checkpoint.ts';
import { randomSource } from '../model/random.ts';
import type { Topology, Weight } from '../model/layers-model.ts';
import { lossGraph } from '../model/training/loss-graph.ts';
import { flatten, unflatten } from '../model/training/parameters.ts';
import { trainingGraph } from '../model/training/training-graph.ts';
import type { Objective, Unrolled } from '../model/training/objective.ts';
import type { Samples } from './samples.ts';

export interface FitOptions {
  readonly batch: number;
  /** What is learned; reconstruction by default. It takes the inputs that the samples give. */
  readonly objective?: Objective | Unrolled;
  /** Standard deviation of the Gaussian noise added to the input; the target stays clean. Units of 0..1. */
  readonly noise: number;
  /** Training stops after this time even when it still gets better. */
  readonly maxSeconds: number;
  /** Evaluations without a better held-back loss before training stops early. */
  readonly patience: number;
  readonly seed: number;
  /** The highest one; 2e-3 by default. */
  readonly learningRate?: number;
  /** The gradient's length at most; not bounded by default. */
  readonly clipNorm?: number;
  /** Where the training is kept while it goes on, and where one that was cut off goes on from. */
  readonly checkpoint?: Pick<Checkpoint, 'resumed' | 'everySeconds' | 'save'> | undefined;
  /** Ends training early; the best weights so far are kept. Before the first epoch is done, `fit` rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

interface FitProgress {
  readonly step: number;
  /** 0..1 of the time allowed. */
  readonly fraction: number;
  readonly secondsLeft: number;
  /** Running mean of the training loss, in the unit of the objective. */
  readonly loss: number;
  readonly framesPerSecond: number;
}

export interface FitResult {
  readonly weights: readonly Weight[];
  readonly steps: number;
  readonly epochs: number;
  readonly seconds: number;
  readonly loss: number;
  readonly validationLoss: number;
  /** One entry an evaluation: the training loss since the last one and the held-back loss. */
  readonly history: readonly { readonly step: number; readonly loss: number; readonly validationLoss: number }[];
  readonly stoppedBy: 'time' | 'patience' | 'signal';
}

/** Everything that a training needs to go on: the weights and Adam's moments, the best weights so far, and where it was. */
export interface TrainingState {
  readonly step: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  readonly loss: number;
  readonly evaluationsSinceBest: number;
  readonly history: FitResult['history'];
  readonly best: { readonly p: Float32Array; readonly validationLoss: number; readonly loss: number };
  readonly p: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** Held-back samples looked at in one evaluation, spread over all of them. */
const validationSamples = 64;

/** The highest learning rate by default, and the steps it takes to get there. */
const usualRate = 2e-3;
const warmUpSteps = 30;

/**
 * Trains a model by Adam towards its objective; by default to give back the clean picture from a noisy one (a denoising
 * autoencoder: Vincent et al. 2008, Extracting and Composing Robust Features with Denoising Autoencoders). `weights` are the starting point. The learning
 * rate warms up, then falls along half a cosine over the time allowed (Loshchilov & Hutter 2017, SGDR). Evaluates about
 * once an epoch and resolves with the weights of the best held-back loss. Rejects with the signal's reason when it was
 * aborted before the first epoch was done: there is nothing to keep.
 */
export const fit = async (
  engine: Engine<Uint8Array>,
  topology: Topology,
  weights: readonly Weight[],
  { training, heldBack }: { readonly training: Samples; readonly heldBack: Samples },
  options: FitOptions,
): Promise<FitResult> => {
  const { objective, noise, seed, maxSeconds, patience, checkpoint, signal, onProgress } = options;
  const { learningRate = usualRate, clipNorm = Infinity } = options;
  signal?.throwIfAborted();
  const batch = Math.min(options.batch, training.count, heldBack.count);
  const learned = { batch, noise, seed, ...(objective && { objective }) };
  const { graph, layout, parameters } = trainingGraph(topology, { ...learned, optimizer: { clipNorm } });
  const judged = lossGraph(topology, learned).graph;
  const sessions: Session[] = [];
  const load = async (model: Uint8Array): Promise<Session> => {
    const session = await engine.load(model);
    sessions.push(session);
    return session;
  };

  const stepsAnEpoch = Math.ceil(training.count / batch);
  const resumed = checkpoint?.resumed;
  const startedAt = performance.now() - 1000 * (resumed?.seconds ?? 0);
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  const nextBatch = batches(training.count, batch, seed);
  const history: FitResult['history'][number][] = [...(resumed?.history ?? [])];
  let state: State = resumed ?? {
    p: flatten(weights, layout),
    m: new Float32Array(parameters),
    v: new Float32Array(parameters),
  };
  let best = resumed?.best ?? { p: state.p.slice(), validationLoss: Infinity, loss: Infinity };
  let evaluationsSinceBest = resumed?.evaluationsSinceBest ?? 0;
  let step = resumed?.step ?? 0;
  let loss = resumed?.loss ?? 0;
  let savedAt = elapsed();
  for (let skipped = 0; skipped < step; skipped++) nextBatch();
  const save = (): void => {
    savedAt = elapsed();
    // Copies: the next step takes the vectors away.
    const [p, m, v] = [state.p.slice(), state.m.slice(), state.v.slice()];
    const now = { step, seconds: savedAt, loss, evaluationsSinceBest, history: [...history], best, p, m, v };
    void checkpoint?.save(now);
  };

  const evaluate = async (judge: Session): Promise<void> => {
    const validationLoss = await heldBackLoss(judge, state.p, heldBack, batch);
    history.push({ step, loss, validationLoss });
    evaluationsSinceBest++;
    if (validationLoss < best.validationLoss) {
      best = { p: state.p.slice(), validationLoss, loss };
      evaluationsSinceBest = 0;
    }
  };
  const reasonToStop = (): FitResult['stoppedBy'] | undefined => {
    if (signal?.aborted) return 'signal';
    if (elapsed() >= maxSeconds) return 'time';
    return evaluationsSinceBest >= patience ? 'patience' : undefined;
  };

  try {
    const trainer = await load(graph);
    const judge = await load(judged);
    let stoppedBy = reasonToStop();
    while (!stoppedBy) {
      step++;
      const rate = learningRate * Math.min(1, step / warmUpSteps) * cosine(elapsed() / maxSeconds);
      const result = await trainStep(trainer, state, training.batch(nextBatch()), rate, step);
      state = result.state;
      loss = step === 1 ? result.loss : loss + (result.loss - loss) / Math.min(step, 20);
      onProgress?.({
        step,
        fraction: Math.min(1, elapsed() / maxSeconds),
        secondsLeft: Math.max(0, maxSeconds - elapsed()),
        loss,
        framesPerSecond: (step * batch) / elapsed(),
      });
      if (step % stepsAnEpoch === 0) await evaluate(judge);
      if (checkpoint && elapsed() - savedAt >= checkpoint.everySeconds) save();
      stoppedBy = reasonToStop();
    }
    // Less than an epoch is no model worth keeping.
    if (history.length === 0) signal?.throwIfAborted();
    if (history.at(-1)?.step !== step) await evaluate(judge);
    if (!Number.isFinite(best.validationLoss))
      throw new EngineError('run-failed', 'The training diverged: no finite loss on the held-back footage.');
    return {
      weights: unflatten(best.p, layout),
      steps: step,
      epochs: step / stepsAnEpoch,
      seconds: elapsed(),
      loss: best.loss,
      validationLoss: best.validationLoss,
      history,
      stoppedBy,
    };
  } finally {
    await Promise.all(sessions.map(async (session) => session.release()));
  }
};

/**
 * The held-back loss of a model as it is, the same that `fit` judges by: on the same samples both can be compared.
 */
export const heldBackLossOf = async (
  engine: Engine<Uint8Array>,
  topology: Topology,
  weights: readonly Weight[],
  heldBack: Samples,
  { batch: most, objective, noise, seed }: Pick<FitOptions, 'batch' | 'objective' | 'noise' | 'seed'>,
): Promise<number> => {
  const batch = Math.min(most, heldBack.count);
  const { graph, layout } = lossGraph(topology, { batch, noise, seed, ...(objective && { objective }) });
  const judge = await engine.load(graph);
  try {
    return await heldBackLoss(judge, flatten(weights, layout), heldBack, batch);
  } finally {
    await judge.release();
  }
};

type State = Pick<TrainingState, 'p' | 'm' | 'v'>;

/** From 1 at the beginning to a hundredth at the end. */
const cosine = (fraction: number): number => 0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, fraction)));

const vector = (data: Float32Array): Tensor => ({ type: 'float32', shape: [data.length], data });
const floatsOf = (outputs: Tensors, name: string): Float32Array => outputs[name]?.data as Float32Array;

/** One step of Adam. The state given is transferred away and must not be used again. */
const trainStep = async (
  trainer: Session,
  { p, m, v }: State,
  frames: Tensors,
  rate: number,
  step: number,
): Promise<{ state: State; loss: number }> => {
  const outputs = await trainer.run({
    ...frames,
    p: vector(p),
    m: vector(m),
    v: vector(v),
    lr: vector(Float32Array.of(rate)),
    t: vector(Float32Array.of(step)),
  });
  const state = { p: floatsOf(outputs, 'p2'), m: floatsOf(outputs, 'm2'), v: floatsOf(outputs, 'v2') };
  return { state, loss: floatsOf(outputs, 'loss')[0] ?? Number.NaN };
};

/** The samples in a new random order each epoch, `batch` at a time. */
const batches = (count: number, batch: number, seed: number): (() => readonly number[]) => {
  const random = randomSource(seed);
  const order = Array.from({ length: count }, (_, index) => index);
  let position = order.length;
  return () => {
    if (position + batch > order.length) {
      position = 0;
      for (let index = order.length - 1; index > 0; index--) {
        const other = Math.floor(random() * (index + 1));
        [order[index], order[other]] = [order[other] as number, order[index] as number];
      }
    }
    return order.slice(position, (position += batch));
  };
};

/** The mean loss over up to `validationSamples` held-back samples, evenly spread, with the same noise every time. */
const heldBackLoss = async (judge: Session, p: Float32Array, samples: Samples, batch: number): Promise<number> => {
  const runs = Math.max(1, Math.floor(Math.min(validationSamples, samples.count) / batch));
  let total = 0;
  for (let run = 0; run < runs; run++) {
    const spread = (index: number): number => Math.floor(((run * batch + index) * samples.count) / (runs * batch));
    const chosen = samples.batch(Array.from({ length: batch }, (_, index) => spread(index)));
    const outputs = await judge.run({ ...chosen, p: vector(p.slice()) });
    total += floatsOf(outputs, 'loss')[0] ?? Number.NaN;
  }
  return total / runs;
};
