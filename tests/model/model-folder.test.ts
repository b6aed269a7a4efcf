import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { loadLayersModel } from '@tensorflow/tfjs-layers';

import { ModelError } from '../../src/core/errors.ts';
import { architecture, architectureNames } from '../../src/model/architectures/architecture.ts';
import { predictor } from '../../src/model/architectures/predictor.ts';
import { recurrent } from '../../src/model/architectures/recurrent.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';
import { layersGraph } from '../../src/model/layers-graph.ts';
import type { LayersModel } from '../../src/model/layers-model.ts';
import type { ModelCard } from '../../src/model/model-card.ts';
import { loadModel, saveModel } from '../../src/model/model-folder.ts';
import { recordSyncs } from '../support/record-syncs.ts';
import { closeOnnx, runOnnx } from '../support/run-onnx.ts';
import { predict, randomTensor, useTensorFlow } from '../support/tensorflow.ts';

let parent = '';
let folder = '';
beforeAll(useTensorFlow);
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'nightjar-model-'));
  folder = path.join(parent, 'cameras', 'front-door');
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(parent, { recursive: true });
});
afterAll(closeOnnx);

const card: ModelCard = {
  version: 1,
  task: 'anomaly',
  architecture: 'strided',
  input: { height: 16, width: 24, channels: 1 },
  trainedOn: { source: 'front-door', frames: 900, framesPerSecond: 5 },
  training: { steps: 400, epochs: 14, loss: 0.01, validationLoss: 0.011, seconds: 60.5, seed: 1, noise: 0.1 },
  calibration: {
    rows: 2,
    cols: 3,
    cellMean: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    cellStd: [0.01, 0.02, 0.03, 0.04, 0.05, 0.06],
    threshold: 4.2,
    falseAlarmsPerDay: 1,
    framesPerSecond: 5,
    smoothingSeconds: 1,
    frames: 180,
    errorQuantiles: { p50: 0.1, p90: 1.5, p99: 2.5, max: 3.5 },
  },
  created: '2026-01-02T03:04:05.678Z',
};
const topology = architecture('strided', [16, 24, 1]);
const model: LayersModel = { topology, weights: initialWeights(topology, 1) };
const save = (): Promise<void> => saveModel(folder, { ...model, card });

test('a model is on the disk before it is in its place, and its place before the old model is gone', async () => {
  await save();
  const steps = await recordSyncs();
  await save();
  const moved = steps.findIndex((step) => step.startsWith('rename') && step.endsWith(` ${folder}`));
  const fresh = steps[moved]?.split(' ')[1] ?? '';
  for (const name of ['', '/card.json', '/model.json', '/weights.bin'])
    expect(steps.slice(0, moved)).toContain(`sync ${fresh}${name}`);
  const after = steps.slice(moved);
  const cleared = after.indexOf(`rm ${path.dirname(fresh)}`);
  for (const place of [path.dirname(folder), parent]) expect(after.slice(0, cleared)).toContain(`sync ${place}`);
});

test('a saved model is loaded as it was', async () => {
  await save();
  expect(await loadModel(folder)).toEqual({
    model: { ...model, architecture: card.architecture, input: card.input },
    card,
  });
});

test('saving again replaces the model and leaves nothing else behind', async () => {
  await save();
  await writeFile(path.join(folder, 'stale.txt'), 'of the model before');
  await saveModel(folder, { topology, weights: initialWeights(topology, 2), card: { ...card, architecture: 'mine' } });
  expect((await loadModel(folder)).card.architecture).toBe('mine');
  expect((await readdir(folder)).sort()).toEqual(['card.json', 'model.json', 'weights.bin']);
  expect(await readdir(path.dirname(folder))).toEqual(['front-door']);
});

test('a save that fails leaves the model before untouched', async () => {
  await save();
  const unserialisable = { ...card, trainedOn: { ...card.trainedOn, frames: 1n as unknown as number } };
  await expect(saveModel(folder, { ...model, card: unserialisable })).rejects.toThrow(TypeError);
  expect(await loadModel(folder)).toEqual({
    model: { ...model, architecture: card.architecture, input: card.input },
    card,
  });
  expect(await readdir(path.dirname(folder))).toEqual(['front-door']);
});

test.each([
  ...architectureNames.map((name) => [name, architecture(name, [16, 24, 1])] as const),
  ['recurrent', recurrent([16, 24, 1], { steps: 3 })] as const,
  ['predictor', predictor([16, 24, 1])] as const,
])('TensorFlow.js loads a saved %s model and computes the same', async (_name, named) => {
  const weights = initialWeights(named, 3);
  await saveModel(folder, { topology: named, weights, card });
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8'));
  const bytes = await readFile(path.join(folder, 'weights.bin'));
  const loaded = await loadLayersModel({
    load: async () => ({
      modelTopology,
      weightSpecs: weightsManifest[0].weights,
      weightData: new Uint8Array(bytes).buffer,
    }),
  });
  const [, ...inputShape] = named.config.layers[0]!.config['batch_input_shape'] as readonly number[];
  const x = randomTensor([1, ...inputShape]);
  const { y } = await runOnnx(layersGraph({ topology: named, weights }), { x });
  const expected = predict(loaded, x);
  expect(y!.shape).toEqual(expected.shape);
  for (let index = 0; index < expected.data.length; index++)
    expect(Number(y!.data[index])).toBeCloseTo(Number(expected.data[index]), 5);
});

const edit = async (name: string, change: (text: string) => string): Promise<void> => {
  const file = path.join(folder, name);
  await writeFile(file, change(await readFile(file, 'utf8')));
};
const size = model.weights.reduce((sum, { data }) => sum + data.byteLength, 0);

const damages: readonly (readonly [string, () => Promise<void>, ModelError['code'], RegExp])[] = [
  [
    'no card.json',
    () => rm(path.join(folder, 'card.json')),
    'unreadable',
    /front-door\/card\.json: expected a readable file, found ENOENT/,
  ],
  [
    'no weights.bin',
    () => rm(path.join(folder, 'weights.bin')),
    'unreadable',
    /front-door\/weights\.bin: expected a readable file, found ENOENT/,
  ],
  [
    'half of weights.bin',
    async () => {
      const file = path.join(folder, 'weights.bin');
      expect((await stat(file)).size).toBe(size);
      await writeFile(file, (await readFile(file)).subarray(0, 1000));
    },
    'mismatch',
    new RegExp(`weights\\.bin: expected ${size} bytes, found 1000`),
  ],
  [
    'half of model.json',
    () => edit('model.json', (text) => text.slice(0, 500)),
    'unreadable',
    /model\.json: expected JSON, found /,
  ],
  [
    'another format',
    () => edit('model.json', (text) => text.replace('layers-model', 'graph-model')),
    'mismatch',
    /model\.json: format: .*expected "layers-model", found "graph-model"/,
  ],
  [
    'a weights file outside the folder',
    () => edit('model.json', (text) => text.replace('"weights.bin"', '"../weights.bin"')),
    'mismatch',
    /model\.json: weightsManifest\.0\.paths\.0: Expected a file name without folders, found "\.\.\/weights\.bin"/,
  ],
  [
    'a renamed weight',
    () => edit('model.json', (text) => text.replace('"conv2d_1/bias"', '"conv2d_1/b"')),
    'mismatch',
    /model\.json: Weight 'conv2d_1\/bias': expected shape \[32\], found no such weight/,
  ],
  [
    'a layer class that is unknown',
    () => edit('model.json', (text) => text.replace('UpSampling2D', 'LSTM')),
    'unsupported',
    /model\.json: Layer 'up_sampling2d_1': expected class_name among InputLayer, Conv2D.*, found "LSTM"/,
  ],
  [
    'another input size in card.json',
    () => edit('card.json', (text) => text.replace('"width": 24', '"width": 32')),
    'mismatch',
    /model\.json: expected an input of 16 x 32 x 1 for the pictures of card\.json, found 16 x 24 x 1/,
  ],
  [
    'a key in card.json that nobody knows',
    () => edit('card.json', (text) => text.replace('"task"', '"colour": 1, "task"')),
    'mismatch',
    /card\.json: .*Unrecognized key: "colour"/,
  ],
  [
    'a card.json of a later version',
    () => edit('card.json', (text) => text.replace('"version": 1', '"version": 2')),
    'mismatch',
    /card\.json: version: .*expected 1, found 2/,
  ],
  [
    'cell statistics of another grid',
    () => edit('card.json', (text) => text.replace('"rows": 2', '"rows": 7')),
    'mismatch',
    /card\.json: calibration: Expected cellMean and cellStd to have rows x cols values/,
  ],
  [
    'a calibration made for pictures of another size',
    () => edit('card.json', (text) => text.replace('"rows": 2', '"rows": 3').replace('"cols": 3', '"cols": 2')),
    'mismatch',
    /card\.json: calibration: expected 2 x 3 cells for this input, found 3 x 2/,
  ],
];

test.each(damages)('%s is named', async (_name, damage, code, message) => {
  await save();
  await damage();
  const error = await loadModel(folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).code).toBe(code);
  expect((error as ModelError).message).toMatch(message);
});
