import type { Tensor, Tensors, TensorType } from '../core/tensor.ts';

/** Row `index` of the batch in one output: a view, not a copy. */
export const rowOf = <T extends TensorType>(outputs: Tensors, name: string, type: T, index: number) => {
  const tensor = outputs[name];
  if (tensor?.type !== type) {
    throw new RangeError(
      `Expected a ${type} output named ${name}, got ${tensor?.type ?? Object.keys(outputs).join(', ')}`,
    );
  }
  const size = tensor.data.length / (tensor.shape[0] ?? 1);
  return tensor.data.subarray(index * size, (index + 1) * size) as Extract<Tensor, { type: T }>['data'];
};

/** The reconstructed picture of frame `index` of a batch: height x width x channels bytes, a view of the output. */
export const denoisedOf = (outputs: Tensors, index: number): Uint8Array => rowOf(outputs, 'denoised', 'uint8', index);

/** The error map of frame `index` of a batch: rows x cols mean squared errors, a view of the output. */
export const errorMapOf = (outputs: Tensors, index: number): Float32Array =>
  rowOf(outputs, 'error_map', 'float32', index);
