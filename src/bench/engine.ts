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
      architecture: { type: 'string', default: 'convolutional' },
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
 * The last line printed is {ratioToBare, framesPerSecond, bareFramesPerSecond, cpuMsPerFrame, bareCpuMsPerFrame,
 * rssStartMb, rssEndMb, runs}.
 */
export const engineBench = async (args: readonly string[]): Promise<void> => {
  const { name, size, rounds, roundMs, runs, workers } = optionsOf(args);
  const topology = architecture(name, [size, size, 1]);
  const model = inferenceGraph({ topology, weights: initialWeights(topology, 1) });
  const shape = [1, size, size, 1];

  const bare = Array.from({ length: workers }, () => startBareLoop({ model, inputs: inputOf(shape) }));
  const engine = await openOrtEngine({ device: 'cpu', workers });
  const session = await engine.load(model);
  const measured = [];
  for (let round = 0; round <= rounds; round++) {
    const theirs = await measure(async () => bareRuns(bare, roundMs));
    const ours = await measure(async () => runsFor(roundMs, engine, session, shape));
    measured.push({ theirs, ours });
    console.log(`round ${round} of ${rounds}: bare ${theirs.rate.toFixed(1)}, engine ${ours.rate.toFixed(1)} frames/s`);
  }
  await stopBareLoops(bare);

  const rssStartMb = rssMb();
  await manyRuns(runs, engine, session, shape);
  const rssEndMb = rssMb();
  await engine.close();

  const counted = measured.slice(1); // Round 0 warms up.
  const figures = {
    ratioToBare: median(counted.map(({ ours, theirs }) => ours.rate / theirs.rate)),
    framesPerSecond: median(counted.map(({ ours }) => ours.rate)),
    bareFramesPerSecond: median(counted.map(({ theirs }) => theirs.rate)),
    cpuMsPerFrame: median(counted.map(({ ours }) => ours.cpuMs)),
    bareCpuMsPerFrame: median(counted.map(({ theirs }) => theirs.cpuMs)),
  };
  console.log(JSON.stringify({ ...figures, rssStartMb, rssEndMb, runs }));
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

/** Frames a second, and the CPU time of the whole process a frame, of work that resolves with its number of frames. */
const measure = async (work: () => Promise<number>): Promise<{ rate: number; cpuMs: number }> => {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const frames = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { rate: (1000 * frames) / (performance.now() - startedAt), cpuMs: (user + system) / 1000 / frames };
};

const rssMb = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20);
