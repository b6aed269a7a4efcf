import type { Tensor, Tensors } from '../core/tensor.ts';

/** Tensors ready for postMessage, and the buffers to move with them. */
export interface Transfer {
  readonly tensors: Tensors;
  readonly buffers: ArrayBuffer[];
}

/**
 * Makes every tensor the owner of a whole ArrayBuffer, so that it can be moved to another thread. A view of a larger
 * buffer (a pooled Buffer, a frame of a batch, shared memory) is copied: moving it would take its neighbours along.
 */
export const toTransfer = (tensors: Tensors): Transfer => {
  const owned = Object.entries(tensors).map(([name, tensor]): [string, Tensor] => [name, ownBuffer(tensor)]);
  const buffers = new Set(owned.map(([, { data }]) => data.buffer as ArrayBuffer));
  return { tensors: Object.fromEntries(owned), buffers: [...buffers] };
};

const ownBuffer = (tensor: Tensor): Tensor => {
  const { buffer, byteLength } = tensor.data;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole ? tensor : ({ ...tensor, data: tensor.data.slice() } as Tensor);
};
