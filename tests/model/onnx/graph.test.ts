import { OnnxGraph } from '../../../src/model/onnx/graph.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';

afterAll(closeOnnx);

test('a graph with every kind of attribute and constant is run by ONNX Runtime', async () => {
  const graph = new OnnxGraph('every-kind');
  const x = graph.input('x', ['N', 4]);
  const doubled = graph.op('Mul', [x, graph.scalar(2)]);
  const [left, right] = graph.ops('Split', [doubled, graph.ints([1, 3])], { axis: -1 }, 2);
  graph.opAs('leaky', 'LeakyRelu', [left!], { alpha: { float: 0.25 } });
  const offset = graph.initializer(Float32Array.of(10, 20, 30), [3]);
  graph.opAs('moved', 'Transpose', [graph.op('Add', [right!, offset])], { perm: [1, 0] });
  graph.opAs('floats', 'Constant', [], { value_floats: { floats: [0.5, -1.5] } });
  graph.opAs('bytes', 'Identity', [graph.initializer(Uint8Array.of(7, 255), [2])]);
  graph.opAs('long', 'Identity', [graph.ints([-1, 2 ** 40])]);
  graph.output('leaky', ['N', 1]);
  graph.output('moved', [3, 'N']);
  graph.output('floats', [2]);
  graph.output('bytes', [2], 'uint8');
  graph.output('long', [2], 'int64');

  const outputs = await runOnnx(graph.toBytes(), {
    x: { type: 'float32', shape: [2, 4], data: Float32Array.of(-1, 2, 3, 4, 5, 6, 7, 8) },
  });

  expect(outputs).toEqual({
    leaky: { type: 'float32', shape: [2, 1], data: Float32Array.of(-0.5, 10) },
    moved: { type: 'float32', shape: [3, 2], data: Float32Array.of(14, 22, 26, 34, 38, 46) },
    floats: { type: 'float32', shape: [2], data: Float32Array.of(0.5, -1.5) },
    bytes: { type: 'uint8', shape: [2], data: Uint8Array.of(7, 255) },
    long: { type: 'int64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 40n) },
  });
});

test('equal constants are stored once', () => {
  const graph = new OnnxGraph('constants');
  expect(graph.scalar(0.5)).toBe(graph.scalar(0.5));
  expect(graph.ints([1, 2])).toBe(graph.ints([1, 2]));
  expect(graph.ints([1, 2])).not.toBe(graph.ints([2, 1]));
  expect(graph.scalar(1)).not.toBe(graph.ints([1]));
});
