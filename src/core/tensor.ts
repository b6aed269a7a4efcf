interface TensorDataOf {
  readonly uint8: Uint8Array;
  readonly float32: Float32Array;
  readonly int64: BigInt64Array;
}
export type TensorType = keyof TensorDataOf;

/** A dense tensor, row-major (C order). */
export type Tensor = {
  readonly [T in TensorType]: { readonly type: T; readonly shape: readonly number[]; readonly data: TensorDataOf[T] };
}[TensorType];

export type Tensors = Readonly<Record<string, Tensor>>;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
