import { toTransfer } from '../../src/engine/transfer.ts';

test('moves a tensor that owns its buffer, without copying it', () => {
  const data = Float32Array.of(1, 2, 3);
  const { tensors, buffers } = toTransfer({ x: { type: 'float32', shape: [3], data } });
  expect(tensors.x?.data).toBe(data);
  expect(buffers).toEqual([data.buffer]);
});

test('copies a view of a larger buffer, so that its neighbours stay', () => {
  const pool = Uint8Array.of(1, 2, 3, 4);
  const { tensors, buffers } = toTransfer({ x: { type: 'uint8', shape: [2], data: pool.subarray(1, 3) } });
  expect([...(tensors.x?.data ?? [])]).toEqual([2, 3]);
  expect(buffers).not.toContain(pool.buffer);
});

test('copies shared memory, which cannot be moved', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(2)).fill(7);
  const { tensors, buffers } = toTransfer({ x: { type: 'uint8', shape: [2], data: shared } });
  expect([...(tensors.x?.data ?? [])]).toEqual([7, 7]);
  expect(buffers).toEqual([tensors.x?.data.buffer]);
  expect(buffers[0]).toBeInstanceOf(ArrayBuffer);
});

test('names a buffer once when two tensors share it', () => {
  const data = Uint8Array.of(1);
  const tensor = { type: 'uint8', shape: [1], data } as const;
  expect(toTransfer({ x: tensor, y: tensor }).buffers).toEqual([data.buffer]);
});
