import type { Tensor, Tensors } from '../core/tensor.ts';
import { rowOf } from './decode.ts';

/** What one camera's use of a model carries from frame to frame: each tensor [1, ...] goes in as NAME, comes out as next_NAME. */
export class CarriedState {
  #tensors: Tensors;

  constructor(initial: Tensors) {
    this.#tensors = initial;
  }

  get tensors(): Tensors {
    return this.#tensors;
  }

  get isEmpty(): boolean {
    return Object.keys(this.#tensors).length === 0;
  }

  /** The outputs it needs. */
  get fetches(): string[] {
    return Object.keys(this.#tensors).map((name) => `next_${name}`);
  }

  /** Whether its tensors were moved to another thread and did not come back. */
  get isGone(): boolean {
    return Object.values(this.#tensors).some(({ data }) => data.length === 0);
  }

  /** Takes the next state from row `index` of a batch's outputs; copies it, unless it is all that they hold. */
  keep(outputs: Tensors, index: number): void {
    const next = Object.entries(this.#tensors).map(([name, { shape }]): [string, Tensor] => [
      name,
      {
        type: 'float32',
        shape,
        data:
          outputs[`next_${name}`]?.shape[0] === 1
            ? rowOf(outputs, `next_${name}`, 'float32', 0)
            : rowOf(outputs, `next_${name}`, 'float32', index).slice(),
      },
    ]);
    this.#tensors = Object.fromEntries(next);
  }

  /** Replaces one tensor's values. */
  set(name: string, data: Float32Array): void {
    const { shape } = this.#tensors[name]!;
    this.#tensors = { ...this.#tensors, [name]: { type: 'float32', shape, data } };
  }

  get(name: string): Float32Array {
    return this.#tensors[name]?.data as Float32Array;
  }
}
