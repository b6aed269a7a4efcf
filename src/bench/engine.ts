import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import type { Engine, Session } from '../core/engine.ts';
import type { Tensors } from '../core/tensor.ts';
import { sizeOf } from '../core/tensor.ts';
import { openOrtEngine } from '../engine/ort-engine.ts';
import { architecture } from '../model/architectures/architecture.ts';
import { inferenceGraph } from '../model/inference-graph.ts';
import { initialWeights } from '../model/initial-weights.ts';
import { bareRuns, startBareLoop, stopBareLoops } from './bare-loop.ts';
import { median } from './statistics.ts';

/** Runs on the CPU at `size` x `size` gray, one frame a run. */
const optionsOf = (args: readonly string[]) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      architecture: { type: 'string', default: 'strided' },
      size: { type: 'string', default: '128' },
      rounds: { type: 'string', default: '40' },
      'round-ms': { type: 'string', default: '250' },
      runs: { type: 'string', default: '20000' },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const { size, rounds, runs, workers, 'round-ms': roundMs } = values;
  return {
    name: values.architecture,
    size: Number(size),
    rounds: Number(rounds),
    roundMs: Number(roundMs),
    runs: Number(runs),
    workers: Number(workers),
  };
};

/**
 * Frames a second through our engine against a bare onnxruntime-node loop of the same model in as many threads, in
 * short rounds by turns; the figures are medians over the rounds, `ratioToBare` the median of each round's ratio, which
 * other load on the machine moves least. Then the memory of the process before and after many runs.
 * The last line printed is {ratioToBare, framesPerSecond, bareFramesPerSecond, rssStartMb, rssEndMb, runs}.
 */
export const engineBench = async (args: readonly string[]): Promise<void> => {
  const { name, size, rounds, roundMs, runs, workers } = optionsOf(args);
  const topology = architecture(name, [size, size, 1]);
  const model = inferenceGraph({ topology, weights: initialWeights(topology, 1) });
  const shape = [1, size, size, 1];

  const bare = Array.from({ length: workers }, () => startBareLoop({ model, shape }));
  const engine = await openOrtEngine({ device: 'cpu', workers });
  const session = await engine.load(model);
  const measured = [];
  for (let round = 0; round <= rounds; round++) {
    const bareRate = await rateOf(async () => bareRuns(bare, roundMs));
    const rate = await rateOf(async () => runsFor(roundMs, engine, session, shape));
    measured.push({ bareRate, rate });
    console.log(`round ${round} of ${rounds}: bare ${bareRate.toFixed(1)}, engine ${rate.toFixed(1)} frames/s`);
  }
  await stopBareLoops(bare);

  const rssStartMb = rssMb();
  await manyRuns(runs, engine, session, shape);
  const rssEndMb = rssMb();
  await engine.close();

  const counted = measured.slice(1); // Round 0 warms up.
  const framesPerSecond = median(counted.map(({ rate }) => rate));
  const bareFramesPerSecond = median(counted.map(({ bareRate }) => bareRate));
  const ratioToBare = median(counted.map(({ rate, bareRate }) => rate / bareRate));
  console.log(JSON.stringify({ ratioToBare, framesPerSecond, bareFramesPerSecond, rssStartMb, rssEndMb, runs }));
};

/** A new input each time: a run takes its buffer. */
const inputOf = (shape: readonly number[]): Tensors => ({
  frames: { type: 'uint8', shape, data: new Uint8Array(sizeOf(shape)).fill(128) },
});

/** As many runs in flight as the engine likes, until `more` says no; resolves with their number. */
const keepRunning = async (
  more: (started: number) => boolean,
  engine: Engine<Uint8Array>,
  session: Session,
  shape: readonly number[],
): Promise<number> => {
  let started = 0;
  const lane = async (): Promise<void> => {
    while (more(started)) {
      started++;
      await session.run(inputOf(shape));
    }
  };
  await Promise.all(Array.from({ length: engine.concurrency }, lane));
  return started;
};

const runsFor = async (
  milliseconds: number,
  engine: Engine<Uint8Array>,
  session: Session,
  shape: readonly number[],
): Promise<number> => {
  const end = performance.now() + milliseconds;
  return keepRunning(() => performance.now() < end, engine, session, shape);
};

const manyRuns = async (
  count: number,
  engine: Engine<Uint8Array>,
  session: Session,
  shape: readonly number[],
): Promise<number> => keepRunning((started) => started < count, engine, session, shape);

const rateOf = async (work: () => Promise<number>): Promise<number> => {
  const startedAt = performance.now();
  const count = await work();
  return (1000 * count) / (performance.now() - startedAt);
};

const rssMb = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20);
