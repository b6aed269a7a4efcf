import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { Session } from '../core/engine.ts';
import { ConfigError } from '../core/errors.ts';
import type { Tensor, Tensors } from '../core/tensor.ts';
import { openOrtEngine } from '../engine/ort-engine.ts';
import { architecture } from '../model/architectures/architecture.ts';
import { initialWeights } from '../model/initial-weights.ts';
import { randomSource } from '../model/random.ts';
import { flatten } from '../model/training/parameters.ts';
import { trainingGraph } from '../model/training/training-graph.ts';
import { median, rounded } from './statistics.ts';

/** What the recipe's train.js exports: its own graph of the same training step, Adam without bias correction. */
interface Recipe {
  buildTrain(size: number, batch: number, forms: Readonly<Record<string, string>>): { readonly buf: Uint8Array };
}

/** The recipe's fastest forms of each gradient. */
const fastForms = { dw: 'shift', dx: 'conv', pool: 'eq', rg: 'cast' };

/**
 * Milliseconds for one training step of the convolutional autoencoder against the recipe's graph, on one thread: the two
 * take steps by turns; the figures are medians over the rounds, the ratios medians of each round's ratio. The last line
 * printed is {step28Ms, recipe28Ms, ratio28, step128Ms, recipe128Ms, ratio128}. Throws ConfigError 'unreadable' without
 * the recipe.
 */
export const trainingBench = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: { recipe: { type: 'string', default: '../shared/recipes' }, rounds: { type: 'string', default: '30' } },
  });
  const recipe = loadRecipe(values.recipe);
  const rounds = Number(values.rounds);
  const small = await compare(recipe, { size: 28, batch: 32, rounds });
  const large = await compare(recipe, { size: 128, batch: 16, rounds });
  console.log(
    JSON.stringify({
      step28Ms: small.stepMs,
      recipe28Ms: small.recipeMs,
      ratio28: small.ratio,
      step128Ms: large.stepMs,
      recipe128Ms: large.recipeMs,
      ratio128: large.ratio,
    }),
  );
};

const loadRecipe = (folder: string): Recipe => {
  const file = path.resolve(folder, 'train.js');
  if (!existsSync(file))
    throw new ConfigError('unreadable', `Expected the recipe at ${file}; name its folder with --recipe DIR.`);
  return createRequire(import.meta.url)(file) as Recipe;
};

const compare = async (
  recipe: Recipe,
  { size, batch, rounds }: { readonly size: number; readonly batch: number; readonly rounds: number },
): Promise<{ stepMs: number; recipeMs: number; ratio: number }> => {
  const topology = architecture('convolutional', [size, size, 1]);
  const { graph, layout } = trainingGraph(topology, { batch });
  const p = flatten(initialWeights(topology, 1), layout);
  const random = randomSource(1);
  const frames = Uint8Array.from({ length: batch * size * size }, () => Math.floor(random() * 256));
  const ours = (step: number): Tensors => ({
    frames: { type: 'uint8', shape: [batch, size, size, 1], data: frames.slice() },
    t: float32(Float32Array.of(step)),
  });
  const theirs = (): Tensors => ({
    x: { type: 'float32', shape: [batch, 1, size, size], data: Float32Array.from(frames, (byte) => byte / 255) },
  });

  const engine = await openOrtEngine({ device: 'cpu', workers: 1 });
  try {
    const takeOurs = trainer(await engine.load(graph), p, ours);
    const takeTheirs = trainer(await engine.load(recipe.buildTrain(size, batch, fastForms).buf), p, theirs);
    const measured = [];
    for (let round = 0; round <= rounds; round++) {
      measured.push({ stepMs: await takeOurs(round + 1), recipeMs: await takeTheirs(round + 1) });
      const { stepMs, recipeMs } = measured[round]!;
      console.log(`${size}x${size} round ${round}: ${stepMs.toFixed(1)} ms, recipe ${recipeMs.toFixed(1)} ms`);
    }
    const counted = measured.slice(1); // Round 0 warms up.
    return {
      stepMs: rounded(median(counted.map(({ stepMs }) => stepMs))),
      recipeMs: rounded(median(counted.map(({ recipeMs }) => recipeMs))),
      ratio: rounded(median(counted.map(({ stepMs, recipeMs }) => stepMs / recipeMs))),
    };
  } finally {
    await engine.close();
  }
};

/** Takes training steps one after the other, each from the state the last one left; resolves with its milliseconds. */
const trainer = (
  session: Session,
  start: Float32Array,
  inputsOf: (step: number) => Tensors,
): ((step: number) => Promise<number>) => {
  let state: Tensors = {
    p: float32(start.slice()),
    m: float32(new Float32Array(start.length)),
    v: float32(new Float32Array(start.length)),
  };
  return async (step) => {
    const inputs = { ...inputsOf(step), ...state, lr: float32(Float32Array.of(1e-3)) };
    const startedAt = performance.now();
    const { p2, m2, v2 } = await session.run(inputs, ['p2', 'm2', 'v2', 'loss']);
    const milliseconds = performance.now() - startedAt;
    state = { p: p2!, m: m2!, v: v2! };
    return milliseconds;
  };
};

const float32 = (data: Float32Array): Tensor => ({ type: 'float32', shape: [data.length], data });
