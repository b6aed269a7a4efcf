import { layers } from '@tensorflow/tfjs-layers';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';

import type { Tensor } from '../../src/core/tensor.ts';
import { layersGraph } from '../../src/model/layers-graph.ts';
import { closeOnnx, runOnnx } from '../support/run-onnx.ts';
import { layersModelOf, predict, randomTensor, tensorFlowModel, useTensorFlow } from '../support/tensorflow.ts';

beforeAll(useTensorFlow);
afterAll(closeOnnx);

const largestDifference = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  return Math.max(...Array.from(a.data as Float32Array, (value, index) => Math.abs(value - Number(b.data[index]))));
};

type Layer = InstanceType<typeof layers.Layer>;
type Build = (x: SymbolicTensor) => unknown;
const branches = (x: SymbolicTensor): SymbolicTensor[] => [
  layers.conv2d({ filters: 3, kernelSize: 1 }).apply(x) as SymbolicTensor,
  layers.conv2d({ filters: 3, kernelSize: 1, activation: 'relu' }).apply(x) as SymbolicTensor,
];

const picture = [9, 11, 3];
const clip = [3, 6, 9, 2];
const eachStep = (layer: Layer, x: SymbolicTensor): SymbolicTensor =>
  layers.timeDistributed({ layer }).apply(x) as SymbolicTensor;
const convLstm = (config: Partial<Parameters<typeof layers.convLstm2d>[0]>): Layer =>
  // TensorFlow.js's orthogonal initializer needs methods that tfjs-core alone lacks; the weights are replaced anyway.
  layers.convLstm2d({ filters: 3, kernelSize: 3, recurrentInitializer: 'glorotUniform', ...config });
/** Nine times as large, so that it leaves the slope of hard_sigmoid on both sides. */
const ninefold = (x: SymbolicTensor): SymbolicTensor => {
  const sum = layers.add().apply([x, x, x]) as SymbolicTensor;
  return layers.add().apply([sum, sum, sum]) as SymbolicTensor;
};
const cases: readonly (readonly [string, readonly number[], Build])[] = [
  ['Conv2D same', picture, (x) => layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same' }).apply(x)],
  ['Conv2D valid', picture, (x) => layers.conv2d({ filters: 5, kernelSize: [3, 2], padding: 'valid' }).apply(x)],
  [
    'Conv2D same, stride 2, odd size',
    picture,
    (x) => layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }).apply(x),
  ],
  [
    'Conv2D same, stride 2, even size, even kernel',
    [8, 10, 2],
    (x) => layers.conv2d({ filters: 4, kernelSize: 4, strides: 2, padding: 'same' }).apply(x),
  ],
  [
    'Conv2D same, stride longer than the kernel',
    [10, 10, 2],
    (x) => layers.conv2d({ filters: 4, kernelSize: 2, strides: 3, padding: 'same' }).apply(x),
  ],
  [
    'Conv2D valid, strides 2 and 1, without bias',
    picture,
    (x) => layers.conv2d({ filters: 4, kernelSize: 3, strides: [2, 1], useBias: false }).apply(x),
  ],
  ...(['relu', 'sigmoid', 'tanh', 'linear'] as const).map(
    (activation) =>
      [
        `Conv2D ${activation}`,
        picture,
        (x: SymbolicTensor) => layers.conv2d({ filters: 4, kernelSize: 3, activation }).apply(x),
      ] as const,
  ),
  [
    'Conv2DTranspose same, 4x4, stride 2',
    [4, 5, 3],
    (x) => layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: 'same' }).apply(x),
  ],
  [
    'Conv2DTranspose same, 3x3, stride 2',
    [4, 5, 3],
    (x) =>
      layers
        .conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', activation: 'sigmoid' })
        .apply(x),
  ],
  [
    'Conv2DTranspose same, stride longer than the kernel',
    [4, 5, 3],
    (x) => layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, padding: 'same' }).apply(x),
  ],
  [
    'Conv2DTranspose valid',
    [4, 5, 3],
    (x) => layers.conv2dTranspose({ filters: 2, kernelSize: [3, 4], strides: 2, padding: 'valid' }).apply(x),
  ],
  [
    'Conv2DTranspose valid, stride longer than the kernel',
    [4, 5, 3],
    (x) => layers.conv2dTranspose({ filters: 2, kernelSize: 1, strides: 2, padding: 'valid', useBias: false }).apply(x),
  ],
  ['MaxPooling2D valid, odd size', picture, (x) => layers.maxPooling2d({ poolSize: 2 }).apply(x)],
  ['MaxPooling2D same, odd size', picture, (x) => layers.maxPooling2d({ poolSize: 2, padding: 'same' }).apply(x)],
  [
    'MaxPooling2D same, 3x3, stride 2',
    [8, 8, 2],
    (x) => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x),
  ],
  [
    'AveragePooling2D same, odd size',
    picture,
    (x) => layers.averagePooling2d({ poolSize: 2, padding: 'same' }).apply(x),
  ],
  [
    'AveragePooling2D valid, 3x2',
    picture,
    (x) => layers.averagePooling2d({ poolSize: [3, 2], strides: [2, 2] }).apply(x),
  ],
  ['UpSampling2D nearest', picture, (x) => layers.upSampling2d({ size: [2, 3] }).apply(x)],
  ['UpSampling2D bilinear', picture, (x) => layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }).apply(x)],
  ['Dense on a vector', [7], (x) => layers.dense({ units: 4, activation: 'tanh' }).apply(x)],
  ['Dense on a picture', picture, (x) => layers.dense({ units: 4, useBias: false }).apply(x)],
  ['Flatten', picture, (x) => layers.flatten().apply(x)],
  ['Reshape to a picture', [24], (x) => layers.reshape({ targetShape: [2, 4, 3] }).apply(x)],
  ['Reshape of a picture, one length unknown', picture, (x) => layers.reshape({ targetShape: [-1, 11] }).apply(x)],
  ['BatchNormalization of a picture', picture, (x) => layers.batchNormalization().apply(x)],
  [
    'BatchNormalization after Conv2D',
    picture,
    (x) => layers.batchNormalization().apply(layers.conv2d({ filters: 4, kernelSize: 3 }).apply(x)),
  ],
  [
    'BatchNormalization after Conv2D without bias, scale and center',
    picture,
    (x) =>
      layers
        .batchNormalization({ scale: false, center: false, epsilon: 0.1 })
        .apply(layers.conv2d({ filters: 4, kernelSize: 3, useBias: false }).apply(x)),
  ],
  [
    'BatchNormalization after Conv2DTranspose',
    picture,
    (x) => layers.batchNormalization().apply(layers.conv2dTranspose({ filters: 4, kernelSize: 3 }).apply(x)),
  ],
  [
    'BatchNormalization after Dense',
    [6],
    (x) => layers.batchNormalization().apply(layers.dense({ units: 5 }).apply(x)),
  ],
  [
    'BatchNormalization after a relu, which cannot be folded',
    picture,
    (x) => layers.batchNormalization().apply(layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }).apply(x)),
  ],
  [
    'BatchNormalization of a layer that another one reads too',
    picture,
    (x) => {
      const [left] = branches(x);
      return layers.add().apply([layers.batchNormalization().apply(left!) as SymbolicTensor, left!]);
    },
  ],
  ['Concatenate channels', picture, (x) => layers.concatenate().apply([...branches(x), x])],
  ['Concatenate rows', picture, (x) => layers.concatenate({ axis: 1 }).apply(branches(x))],
  [
    'Concatenate vectors',
    [5],
    (x) => layers.concatenate().apply([x, layers.dense({ units: 2 }).apply(x) as SymbolicTensor]),
  ],
  ['Add of three', picture, (x) => layers.add().apply([...branches(x), x])],
  ['Dropout', picture, (x) => layers.dropout({ rate: 0.5 }).apply(x)],
  ['GaussianNoise', picture, (x) => layers.gaussianNoise({ stddev: 0.5 }).apply(x)],
  ['Activation', picture, (x) => layers.activation({ activation: 'sigmoid' }).apply(x)],
  ['LeakyReLU', picture, (x) => layers.leakyReLU().apply(x)],
  ['LeakyReLU, alpha 0.1', picture, (x) => layers.leakyReLU({ alpha: 0.1 }).apply(x)],
  ['Activation hard_sigmoid', [7], (x) => layers.activation({ activation: 'hardSigmoid' }).apply(ninefold(x))],
  ...(
    [
      ['Conv2D', () => layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' })],
      ['Conv2DTranspose', () => layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: 'same' })],
      ['UpSampling2D', () => layers.upSampling2d({ size: [2, 2] })],
      ['MaxPooling2D', () => layers.maxPooling2d({ poolSize: 2, padding: 'same' })],
      ['Activation', () => layers.activation({ activation: 'tanh' })],
      ['BatchNormalization', () => layers.batchNormalization()],
    ] as const
  ).map(([name, inner]) => [`TimeDistributed ${name}`, clip, (x: SymbolicTensor) => eachStep(inner(), x)] as const),
  [
    'TimeDistributed BatchNormalization after a convolution, which can be folded',
    clip,
    (x) => eachStep(layers.batchNormalization(), eachStep(layers.conv2d({ filters: 4, kernelSize: 3 }), x)),
  ],
  ['ConvLSTM2D same, the last state', clip, (x) => convLstm({ padding: 'same' }).apply(x)],
  ['ConvLSTM2D same, all states', clip, (x) => convLstm({ padding: 'same', returnSequences: true }).apply(x)],
  [
    'ConvLSTM2D valid, even kernel, stride 2, without bias, sigmoid and relu',
    clip,
    (x) =>
      convLstm({
        kernelSize: [2, 4],
        strides: 2,
        useBias: false,
        recurrentActivation: 'sigmoid',
        activation: 'relu',
        returnSequences: true,
      }).apply(x),
  ],
  ['ConvLSTM2D of one step', [1, 5, 6, 2], (x) => convLstm({ returnSequences: true }).apply(x)],
  [
    'two ConvLSTM2D between convolutions, and what else takes sequences',
    clip,
    (x) => {
      const first = convLstm({ padding: 'same', returnSequences: true }).apply(
        eachStep(layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), x),
      ) as SymbolicTensor;
      const second = convLstm({ padding: 'same', returnSequences: true }).apply(
        layers.dense({ units: 3 }).apply(first),
      ) as SymbolicTensor;
      const both = layers.concatenate().apply([layers.add().apply([first, second]) as SymbolicTensor, second]);
      return layers.reshape({ targetShape: [-1, 9, 2] }).apply(both);
    },
  ],
];

test.each(cases)('%s agrees with TensorFlow.js to 1e-5', async (_name, inputShape, build) => {
  const reference = tensorFlowModel(inputShape, (x) => build(x) as SymbolicTensor);
  const x = randomTensor([2, ...inputShape]);
  const { y } = await runOnnx(layersGraph(layersModelOf(reference)), { x });
  expect(largestDifference(y!, predict(reference, x))).toBeLessThan(1e-5);
});
