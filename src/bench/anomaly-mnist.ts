import path from 'node:path';

import type { Session } from '../core/engine.ts';
import { DataError } from '../core/errors.ts';
import { addNoise, gaussianNoise } from '../learn/add-noise.ts';
import { holdBack } from '../learn/data-set.ts';
import type { DataSet } from '../learn/data-set.ts';
import { rocAuc } from '../learn/evaluation.ts';
import { fit } from '../learn/fit.ts';
import { readIdx } from '../learn/idx.ts';
import { withEngines } from '../learn/with-learned.ts';
import type { LearnEngines } from '../learn/learn-model.ts';
import { distributionOf, outlierThreshold } from '../learn/outliers.ts';
import { psnrOf, squaredError } from '../learn/psnr.ts';
import { frameSamples } from '../learn/samples.ts';
import type { Samples } from '../learn/samples.ts';
import { convolutional } from '../model/architectures/convolutional.ts';
import { initialWeights } from '../model/initial-weights.ts';
import { normal } from '../model/normal-random.ts';
import { randomSource } from '../model/random.ts';
import { crossEntropyRestoration } from '../model/training/objective.ts';
import { encodeFrames } from '../task/encode.ts';
import type { Part } from './anomaly.ts';
import { changes } from './digit-changes.ts';
import { rounded } from './statistics.ts';

const sigma = 0.3;
/** Digits that are never trained on: they stop the training and set the threshold. */
const heldBackShare = 0.05;
const batch = 32;
/** Digits in one run of the model. */
const together = 100;

/**
 * MNIST with the lecture's convolutional autoencoder: how the error of test digits is distributed, how well it tells
 * changed digits from others, and, of a second training on noisy digits, how much noise it takes away.
 */
export const mnist: Part = async ({ data, seed, minutes = 2 }) => {
  const folder = path.join(data, 'mnist');
  const training = await digits(path.join(folder, 'train-images-idx3-ubyte.gz'));
  const test = await digits(path.join(folder, 't10k-images-idx3-ubyte.gz'));
  return withEngines(async (engines) => {
    const plan = { seed, maxSeconds: 60 * minutes };
    const sets = holdBack(training, heldBackShare);
    console.error('mnist: autoencoder');
    const learned = await learn(engines, sets, { ...plan, samples: (set) => restorationSamples(set, set) });
    const unchanged = await errorsOf(learned.session, test);
    const { threshold, tail } = outlierThreshold(await errorsOf(learned.session, sets.heldBack), 100);
    const shareAbove = (errors: readonly number[]): number =>
      rounded(errors.filter((error) => error > threshold).length / errors.length);
    const random = randomSource(seed);
    const changed: Record<string, unknown> = {};
    for (const [name, change] of Object.entries(changes)) {
      const errors = await errorsOf(
        learned.session,
        mapped(test, (digit) => change(digit, random)),
      );
      const labels = [...unchanged.map(() => false), ...errors.map(() => true)];
      changed[name] = { auc: rounded(rocAuc([...unchanged, ...errors], labels)), aboveThreshold: shareAbove(errors) };
    }
    await learned.session.release();

    console.error('mnist: denoiser');
    const draws = randomSource(seed + 1);
    // With noise as a camera would give it, in bytes.
    const disturbed = (set: DataSet): Samples =>
      restorationSamples(
        mapped(set, (digit) => noisy(digit, draws)),
        set,
      );
    const denoiser = await learn(engines, sets, { ...plan, samples: disturbed });
    const denoised = await denoisingOf(denoiser.session, test, randomSource(seed + 2));
    await denoiser.session.release();
    const { count, ...errors } = distributionOf(unchanged);
    return {
      trainSeconds: Math.round(learned.seconds),
      epochs: rounded(learned.epochs),
      testDigits: count,
      testError: Object.fromEntries(Object.entries(errors).map(([name, value]) => [name, rounded(value)])),
      threshold: rounded(threshold),
      tail: { shape: rounded(tail.shape), scale: rounded(tail.scale) },
      falsePositiveRate: shareAbove(unchanged),
      changed,
      denoising: { sigma, ...denoised, trainSeconds: Math.round(denoiser.seconds) },
    };
  });
};

/** Pictures that have nothing to do with each other. */
const digits = async (file: string): Promise<DataSet> => {
  const { shape, data } = await readIdx(file);
  const [count = 0, height = 0, width = 0] = shape;
  if (shape.length !== 3)
    throw new DataError('mismatch', `${file}: expected pictures [count, height, width], found [${shape.join(', ')}]`);
  return {
    width,
    height,
    format: 'gray',
    framesPerSecond: 1,
    count,
    at: (index) => data.subarray(index * width * height, (index + 1) * width * height),
    continues: () => false,
  };
};

const mapped = (set: DataSet, change: (digit: Uint8Array) => Uint8Array): DataSet => ({
  ...set,
  at: (index) => change(set.at(index)),
});

/** Digits as they are `shown`, to come out as in `target`; each batch is memory of its own, which the engine takes away. */
const restorationSamples = (shown: DataSet, target: DataSet): Samples => {
  const [inputs, targets] = [frameSamples(shown), frameSamples(target)];
  return {
    count: shown.count,
    batch: (indices) => ({ ...inputs.batch(indices), target: targets.batch(indices)['frames']! }),
  };
};

interface Learning {
  readonly seed: number;
  readonly maxSeconds: number;
  readonly samples: (set: DataSet) => Samples;
}

const learn = async (
  engines: LearnEngines,
  sets: { readonly training: DataSet; readonly heldBack: DataSet },
  { seed, maxSeconds, samples }: Learning,
): Promise<{ readonly session: Session; readonly seconds: number; readonly epochs: number }> => {
  const { height, width } = sets.training;
  const topology = convolutional([height, width, 1]);
  const { weights, seconds, epochs } = await fit(
    engines.training,
    topology,
    initialWeights(topology, seed),
    { training: samples(sets.training), heldBack: samples(sets.heldBack) },
    { batch, noise: 0, patience: Infinity, seed, maxSeconds, objective: crossEntropyRestoration },
  );
  const model = { architecture: 'convolutional', topology, weights, input: { height, width, channels: 1 } };
  return { session: await engines.inference.load(model), seconds, epochs };
};

/** What the model gives for each hundred digits, in order; the digits are those that went in. */
const answers = async function* (session: Session, set: DataSet, output: 'mse' | 'denoised') {
  for (let start = 0; start < set.count; start += together) {
    const count = Math.min(together, set.count - start);
    const shown = Array.from({ length: count }, (_, index) => ({ ...set, data: set.at(start + index) }));
    const { [output]: answer } = await session.run(encodeFrames(shown), [output]);
    yield { start, shown, answer: answer!.data };
  }
};

/** The mean squared error of each digit, in units of 0..1. */
const errorsOf = async (session: Session, set: DataSet): Promise<number[]> => {
  const errors: number[] = [];
  for await (const { answer } of answers(session, set, 'mse')) errors.push(...Array.from(answer, Number));
  return errors;
};

const noisy = (digit: Uint8Array, random: () => number): Uint8Array =>
  addNoise(digit, gaussianNoise(255 * sigma), () => normal(random));

/** Peak signal-to-noise ratios in dB, mean over the digits: of the noisy digits, and of what the model makes of them. */
const denoisingOf = async (session: Session, test: DataSet, random: () => number) => {
  let [before, after] = [0, 0];
  const disturbed = mapped(test, (digit) => noisy(digit, random));
  for await (const { start, shown, answer } of answers(session, disturbed, 'denoised'))
    for (const [index, { data }] of shown.entries()) {
      const clean = test.at(start + index);
      const made = answer.slice(index * clean.length, (index + 1) * clean.length);
      before += psnrOf(squaredError(clean, data)) / test.count;
      after += psnrOf(squaredError(clean, Uint8Array.from(made, Number))) / test.count;
    }
  return { psnrNoisy: rounded(before), psnrDenoised: rounded(after), psnrGain: rounded(after - before) };
};
