import { OnnxGraph } from '../../../src/model/onnx/graph.ts';
import { Tape } from '../../../src/model/training/tape.ts';
import type { Value } from '../../../src/model/training/tape.ts';
import type { Tensors } from '../../../src/core/tensor.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';
import { floats, normal } from './training-steps.ts';

afterAll(closeOnnx);

const shape = [2, 3, 4, 4];
const size = 2 * 3 * 4 * 4;
/** Positive, and away from the kinks at 0.5 and 2. */
const start = normal(size, 5, 0.2).map((value) => 1.2 + value);

const operations: Readonly<Record<string, (tape: Tape, x: Value, y: Value) => Value>> = {
  'a value that is read twice': (tape, x, y) => tape.add(tape.mul(x, x), tape.mul(x, y)),
  sub: (tape, x, y) => tape.sub(y, tape.mul(x, y)),
  'div, above': (tape, x, y) => tape.div(x, y),
  'div, below': (tape, x, y) => tape.div(y, x),
  clip: (tape, x) => tape.clip(x, 1.1, 1.3),
  'clip without an upper bound': (tape, x) => tape.clip(x, 1.2, Infinity),
  abs: (tape, x) => tape.abs(tape.sub(x, tape.number(1.2))),
  sqrt: (tape, x) => tape.sqrt(x),
  sigmoid: (tape, x) => tape.sigmoid(x),
  averagePool: (tape, x) => tape.averagePool(x, 2),
  'boxMean, at the border too': (tape, x) => tape.boxMean(x, 3),
  'spaceToDepth and back': (tape, x, y) => tape.mul(tape.depthToSpace(tape.spaceToDepth(x, 2), 2), y),
  concat: (tape, x, y) => tape.concat([x, y, tape.mul(x, x)]),
  'channels, not all of them read': (tape, x) => {
    const [first, , third] = tape.channels(x) as [Value, Value, Value];
    return tape.mul(first, third);
  },
  'a smaller untracked operand': (tape, x) => tape.mul(tape.given(tape.graph.scalar(3)), tape.mul(x, x)),
};

test.each(Object.entries(operations))('%s: the gradient is that of central differences', async (_name, operation) => {
  const graph = new OnnxGraph('tape');
  const tape = new Tape(graph);
  const x = tape.learned(graph.input('x', shape), 3);
  const y = tape.given(graph.input('y', shape), 3);
  const result = operation(tape, x, y);
  // Weights that tell all values apart.
  const weighted = tape.mul(result, tape.sigmoid(result));
  const loss = tape.mean(weighted);
  graph.output(graph.opAs('loss', 'Identity', [loss.name]), []);
  graph.output(graph.opAs('g', 'Identity', [tape.gradients(loss, [x])[0]!]), shape);
  const bytes = graph.toBytes();
  const run = async (data: Float32Array): Promise<Tensors> =>
    runOnnx(bytes, {
      x: { type: 'float32', shape, data },
      y: { type: 'float32', shape, data: normal(size, 9, 0.3).map((value) => 1 + value) },
    });
  const g = floats(await run(start), 'g');
  // So small that few values cross a kink.
  const step = 3e-4;
  for (const seed of [1, 2, 3]) {
    const along = normal(size, seed);
    const moved = async (by: number): Promise<number> =>
      floats(await run(start.map((value, at) => value + by * along[at]!)), 'loss')[0]!;
    const difference = ((await moved(step)) - (await moved(-step))) / (2 * step);
    const slope = g.reduce((sum, value, at) => sum + value * along[at]!, 0);
    expect(Math.abs(slope - difference)).toBeLessThan(2e-3 + 0.02 * Math.abs(difference));
  }
});

test('what nothing is learned through has no gradient, and a leaf that is not read neither', () => {
  const graph = new OnnxGraph('tape');
  const tape = new Tape(graph);
  const x = tape.learned(graph.input('x', shape), 3);
  const unread = tape.learned(graph.input('unread', shape), 3);
  const loss = tape.mean(tape.mul(tape.given(x.name, 3), tape.number(2)));
  expect(tape.gradients(loss, [x, unread])).toEqual([undefined, undefined]);
});
