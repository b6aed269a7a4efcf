import { toFloat32 } from '../onnx/to-float32.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { nearest } from './upsampling.ts';

/** A value of a graph that is written on a tape: float32 [N, channels, H, W]. */
export interface Value {
  readonly name: string;
  readonly channels: number;
  /** Whether a gradient may be asked for: it depends on what is learned. */
  readonly isTracked: boolean;
}

/** One operation: from the gradients of its outputs (undefined where nothing reads them) to those of its inputs. */
interface Entry {
  readonly outputs: readonly Value[];
  readonly inputs: readonly Value[];
  readonly backward: (gradients: readonly (string | undefined)[]) => readonly (() => string)[];
}

/**
 * Writes a computation into an ONNX graph and remembers it, so that its gradient can be written behind it (reverse-mode
 * differentiation; Griewank & Walther 2008, Evaluating Derivatives, chapter 3). Operands have one shape; one that is
 * not tracked may be smaller and is then broadcast. What is never differentiated costs nothing: inference is written
 * with it too.
 */
export class Tape {
  readonly graph: OnnxGraph;
  readonly #entries: Entry[] = [];

  constructor(graph: OnnxGraph) {
    this.graph = graph;
  }

  /** A value of the graph that nothing is learned through. */
  given(name: string, channels = 1): Value {
    return { name, channels, isTracked: false };
  }

  number(value: number): Value {
    return this.given(this.graph.scalar(value));
  }

  /** The same value as one that nothing is learned through. */
  detached({ name, channels }: Value): Value {
    return this.given(name, channels);
  }

  add(a: Value, b: Value): Value {
    return this.#binary('Add', a, b, (g) => [() => g, () => g]);
  }

  sub(a: Value, b: Value): Value {
    return this.#binary('Sub', a, b, (g) => [() => g, () => this.#op('Neg', g)]);
  }

  mul(a: Value, b: Value): Value {
    return this.#binary('Mul', a, b, (g) => [() => this.#op('Mul', g, b.name), () => this.#op('Mul', g, a.name)]);
  }

  div(a: Value, b: Value): Value {
    return this.#binary('Div', a, b, (g, y) => [
      () => this.#op('Div', g, b.name),
      () => this.#op('Neg', this.#op('Div', this.#op('Mul', g, y), b.name)),
    ]);
  }

  /** The gradient at the bounds themselves is 1. */
  clip(x: Value, low: number, high: number): Value {
    const [least, most] = [low, high].map((bound) => (Number.isFinite(bound) ? this.graph.scalar(bound) : ''));
    return this.#unary(this.#op('Clip', x.name, least!, most!), x, (g, y) =>
      this.#op('Mul', g, toFloat32(this.graph, this.#op('Equal', y, x.name))),
    );
  }

  abs(x: Value): Value {
    return this.#unary(this.#op('Abs', x.name), x, (g) => this.#op('Mul', g, this.#op('Sign', x.name)));
  }

  sqrt(x: Value): Value {
    return this.#unary(this.#op('Sqrt', x.name), x, (g, y) => this.#op('Div', this.#half(g), y));
  }

  sigmoid(x: Value): Value {
    return this.#unary(this.#op('Sigmoid', x.name), x, (g, y) =>
      this.#op('Mul', g, this.#op('Mul', y, this.#op('Sub', this.graph.scalar(1), y))),
    );
  }

  /** The mean of each `size` x `size` square. Height and width must be divisible by it. */
  averagePool(x: Value, size: number): Value {
    const window = { kernel_shape: [size, size], strides: [size, size] };
    return this.#unary(this.graph.op('AveragePool', [x.name], window), x, (g) =>
      this.#op('Mul', nearest(this.graph, g, [size, size]), this.graph.scalar(1 / size ** 2)),
    );
  }

  /** The mean of the `size` x `size` square around each value, as far as it lies in the picture; `size` is odd. */
  boxMean(x: Value, size: number): Value {
    const pad = (size - 1) / 2;
    const window = { kernel_shape: [size, size], strides: [1, 1], pads: [pad, pad, pad, pad] };
    const sums = (value: string): string =>
      this.#op(
        'Mul',
        this.graph.op('AveragePool', [value], { ...window, count_include_pad: 1 }),
        this.graph.scalar(size ** 2),
      );
    return this.#unary(this.graph.op('AveragePool', [x.name], window), x, (g) => {
      const ones = this.#op('Add', this.#op('Mul', g, this.graph.scalar(0)), this.graph.scalar(1));
      return sums(this.#op('Div', g, sums(ones)));
    });
  }

  /** [N, C, H, W] to [N, C * block^2, H / block, W / block], as ONNX's SpaceToDepth. */
  spaceToDepth(x: Value, block: number): Value {
    const y = this.graph.op('SpaceToDepth', [x.name], { blocksize: block });
    return this.#unary(y, x, (g) => this.graph.op('DepthToSpace', [g], { blocksize: block }), x.channels * block ** 2);
  }

  /** The inverse of `spaceToDepth`. */
  depthToSpace(x: Value, block: number): Value {
    const y = this.graph.op('DepthToSpace', [x.name], { blocksize: block });
    return this.#unary(y, x, (g) => this.graph.op('SpaceToDepth', [g], { blocksize: block }), x.channels / block ** 2);
  }

  /** The channels of several values, one after the other. */
  concat(parts: readonly Value[]): Value {
    const sizes = parts.map(({ channels }) => channels);
    const names = parts.map(({ name }) => name);
    const y = this.#value(
      this.graph.op('Concat', names, { axis: 1 }),
      sizes.reduce((a, b) => a + b),
      parts,
    );
    this.#record({
      outputs: [y],
      inputs: parts,
      backward: ([g]) => {
        let split: string[] | undefined;
        return parts.map((_, at) => () => (split ??= this.#split(g!, sizes))[at]!);
      },
    });
    return y;
  }

  /** The channels one by one. */
  channels(x: Value): Value[] {
    const sizes = Array.from({ length: x.channels }, () => 1);
    const outputs = this.#split(x.name, sizes).map((name) => this.#value(name, 1, [x]));
    const zeros = (): string => this.#op('Mul', outputs[0]!.name, this.graph.scalar(0));
    this.#record({
      outputs,
      inputs: [x],
      backward: (gradients) => [
        () =>
          this.graph.op(
            'Concat',
            gradients.map((g) => g ?? zeros()),
            { axis: 1 },
          ),
      ],
    });
    return outputs;
  }

  /** The mean of all values: a scalar. */
  mean(x: Value): Value {
    return this.#unary(this.graph.op('ReduceMean', [x.name], { keepdims: 0 }), x, (g) => {
      const size = toFloat32(this.graph, this.#op('Size', x.name));
      return this.#op('Expand', this.#op('Div', g, size), this.#op('Shape', x.name));
    });
  }

  /** An operation that writes its own gradient. */
  custom(
    name: string,
    channels: number,
    inputs: readonly Value[],
    backward: (gradient: string) => readonly (() => string)[],
  ): Value {
    const y = this.#value(name, channels, inputs);
    this.#record({ outputs: [y], inputs, backward: ([g]) => backward(g!) });
    return y;
  }

  /** A value that gradients are asked for. */
  learned(name: string, channels = 1): Value {
    return { name, channels, isTracked: true };
  }

  /**
   * Writes the gradients of the scalar `loss` with respect to `leaves`, made by `learned`; undefined where it has none.
   */
  gradients(loss: Value, leaves: readonly Value[]): (string | undefined)[] {
    const arriving = new Map<Value, string[]>([[loss, [this.graph.scalar(1)]]]);
    const total = (value: Value): string | undefined => {
      const parts = arriving.get(value);
      return parts && parts.length > 1 ? this.graph.op('Sum', parts) : parts?.[0];
    };
    for (const { outputs, inputs, backward } of this.#entries.toReversed()) {
      const gradients = outputs.map(total);
      if (gradients.every((gradient) => gradient === undefined)) continue;
      const parts = backward(gradients);
      for (const [at, input] of inputs.entries())
        if (input.isTracked) arriving.set(input, [...(arriving.get(input) ?? []), parts[at]!()]);
    }
    return leaves.map(total);
  }

  #op(type: string, ...inputs: string[]): string {
    return this.graph.op(type, inputs);
  }

  #half(value: string): string {
    return this.#op('Mul', value, this.graph.scalar(0.5));
  }

  #split(value: string, sizes: readonly number[]): string[] {
    return this.graph.ops('Split', [value, this.graph.ints(sizes)], { axis: 1 }, sizes.length);
  }

  #value(name: string, channels: number, inputs: readonly Value[]): Value {
    return { name, channels, isTracked: inputs.some(({ isTracked }) => isTracked) };
  }

  #record(entry: Entry): void {
    if (entry.outputs[0]!.isTracked) this.#entries.push(entry);
  }

  #unary(name: string, x: Value, backward: (gradient: string, y: string) => string, channels = x.channels): Value {
    return this.custom(name, channels, [x], (g) => [() => backward(g, name)]);
  }

  #binary(type: string, a: Value, b: Value, backward: (gradient: string, y: string) => (() => string)[]): Value {
    const name = this.#op(type, a.name, b.name);
    return this.custom(name, Math.max(a.channels, b.channels), [a, b], (g) => backward(g, name));
  }
}
