import type { TensorType } from '../../core/tensor.ts';
import { ProtobufWriter } from './protobuf.ts';

/** An attribute of an ONNX operator: an int, a string, ints, a float or floats. */
type Attribute =
  number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] };

type Attributes = Readonly<Record<string, Attribute>>;

/** A dimension of unknown length has a name, such as 'N' for the batch. */
type Dimension = number | string;

const opsetVersion = 17;
const irVersion = 8;
const dataTypes: Record<TensorType | 'int8' | 'int32', number> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 };
const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7 };

/**
 * Builds an ONNX model node by node; every method returns the name of the value it adds.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: ProtobufWriter[] = [];
  readonly #initializers: ProtobufWriter[] = [];
  readonly #inputs: ProtobufWriter[] = [];
  readonly #outputs: ProtobufWriter[] = [];
  readonly #constants = new Map<string, string>();
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Adds an operator with one output. An input named '' is left out. */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.opAs(this.#fresh(type), type, inputs, attributes);
  }

  /** Adds an operator whose one output is called `output`. */
  opAs(output: string, type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.#add(type, inputs, attributes, [output]);
    return output;
  }

  /** Adds an operator with `outputCount` outputs, such as Split. */
  ops(type: string, inputs: readonly string[], attributes: Attributes, outputCount: number): string[] {
    const outputs = Array.from({ length: outputCount }, () => this.#fresh(type));
    this.#add(type, inputs, attributes, outputs);
    return outputs;
  }

  /** Adds a constant tensor, row-major; its type follows from the array's. */
  initializer(
    data: Float32Array | BigInt64Array | Uint8Array | Int8Array | Int32Array,
    shape: readonly number[],
    name = this.#fresh('constant'),
  ): string {
    const tensor = new ProtobufWriter();
    for (const length of shape) tensor.int(1, length);
    tensor.int(2, dataTypes[typeOf(data)]).string(8, name);
    this.#initializers.push(tensor.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
    return name;
  }

  /** A float32 constant without dimensions; equal ones are shared. */
  scalar(value: number): string {
    return this.#constant(`float32 ${value}`, () => this.initializer(Float32Array.of(value), []));
  }

  /** A one-dimensional int64 constant (axes, shapes, starts, ends); equal ones are shared. */
  ints(values: readonly number[]): string {
    return this.#constant(`int64 ${values.join()}`, () =>
      this.initializer(BigInt64Array.from(values, BigInt), [values.length]),
    );
  }

  input(name: string, shape: readonly Dimension[], type: TensorType = 'float32'): string {
    this.#inputs.push(valueInfo(name, shape, type));
    return name;
  }

  /** Declares the value `name` to be an output of the graph. */
  output(name: string, shape: readonly Dimension[], type: TensorType = 'float32'): string {
    this.#outputs.push(valueInfo(name, shape, type));
    return name;
  }

  /** The finished ModelProto, for an ONNX session or an .onnx file. */
  toBytes(): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.string(2, this.#name);
    for (const tensor of this.#initializers) graph.message(5, tensor);
    for (const value of this.#inputs) graph.message(11, value);
    for (const value of this.#outputs) graph.message(12, value);
    const opset = new ProtobufWriter().string(1, '').int(2, opsetVersion);
    return new ProtobufWriter().int(1, irVersion).string(2, 'nightjar').message(7, graph).message(8, opset).toBytes();
  }

  #add(type: string, inputs: readonly string[], attributes: Attributes, outputs: readonly string[]): void {
    const node = new ProtobufWriter();
    for (const input of inputs) node.string(1, input);
    for (const output of outputs) node.string(2, output);
    node.string(3, this.#fresh(`node_${type}`)).string(4, type);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attributeProto(name, value));
    this.#nodes.push(node);
  }

  #constant(key: string, create: () => string): string {
    const name = this.#constants.get(key) ?? create();
    this.#constants.set(key, name);
    return name;
  }

  #fresh(prefix: string): string {
    return `${prefix}_${this.#count++}`;
  }
}

const typeOf = (data: Float32Array | BigInt64Array | Uint8Array | Int8Array | Int32Array) => {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  return data instanceof Int32Array ? 'int32' : 'int64';
};

const attributeProto = (name: string, value: Attribute): ProtobufWriter => {
  const attribute = new ProtobufWriter().string(1, name);
  if (typeof value === 'number') return attribute.int(3, value).int(20, attributeTypes.int);
  if (typeof value === 'string') return attribute.string(4, value).int(20, attributeTypes.string);
  if ('float' in value) return attribute.float(2, value.float).int(20, attributeTypes.float);
  if ('floats' in value) {
    for (const item of value.floats) attribute.float(7, item);
    return attribute.int(20, attributeTypes.floats);
  }
  for (const item of value) attribute.int(8, item);
  return attribute.int(20, attributeTypes.ints);
};

const valueInfo = (name: string, shape: readonly Dimension[], type: TensorType): ProtobufWriter => {
  const dimensions = new ProtobufWriter();
  for (const length of shape) {
    const dimension = new ProtobufWriter();
    dimensions.message(1, typeof length === 'string' ? dimension.string(2, length) : dimension.int(1, length));
  }
  const tensorType = new ProtobufWriter().int(1, dataTypes[type]).message(2, dimensions);
  return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, tensorType));
};
