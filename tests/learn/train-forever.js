// Run by checkpoint.test.ts: trains a small model, with checkpoints, prints the number of each step, until it is killed.
import { writeSync } from 'node:fs';

import { openOrtEngine } from '../../dist/engine/ort-engine.js';
import { openCheckpoint } from '../../dist/learn/checkpoint.js';
import { DataSetCollector } from '../../dist/learn/data-set.js';
import { fit } from '../../dist/learn/fit.js';
import { frameSamples } from '../../dist/learn/samples.js';
import { dense } from '../../dist/model/architectures/dense.js';
import { initialWeights } from '../../dist/model/initial-weights.js';

const collector = new DataSetCollector({ width: 8, height: 8, format: 'gray' }, 4);
for (let index = 0; index < 40; index++) collector.add({ data: new Uint8Array(64).fill(5 * index) });
const samples = frameSamples(collector.finish('test'));
const topology = dense([8, 8, 1]);
const checkpoint = await openCheckpoint(process.argv[2], 'train-forever', 0.02);
const engine = await openOrtEngine({ device: 'cpu', workers: 1 });
await fit(
  engine,
  topology,
  initialWeights(topology, 1),
  { training: samples, heldBack: samples },
  {
    batch: 8,
    noise: 0,
    maxSeconds: 1e9,
    patience: Infinity,
    seed: 1,
    checkpoint,
    onProgress: ({ step }) => writeSync(1, `${step}\n`),
  },
);
