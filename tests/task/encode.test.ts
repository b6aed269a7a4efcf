import { denoisedOf, errorMapOf } from '../../src/task/decode.ts';
import { encodeFrames } from '../../src/task/encode.ts';

const frame = (fill: number, format: 'gray' | 'rgb24' = 'gray') => ({
  width: 3,
  height: 2,
  format,
  data: new Uint8Array(format === 'gray' ? 6 : 18).fill(fill),
});

test('frames become one uint8 tensor of batch x height x width x channels, in order', () => {
  expect(encodeFrames([frame(1), frame(2)])).toEqual({
    frames: { type: 'uint8', shape: [2, 2, 3, 1], data: Uint8Array.from([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]) },
  });
  expect(encodeFrames([frame(7, 'rgb24')]).frames?.shape).toEqual([1, 2, 3, 3]);
});

test('the tensor can be transferred away without taking the pixels of the frame along', () => {
  const one = frame(9);
  const input = encodeFrames([one]).frames;
  structuredClone(input, { transfer: [input!.data.buffer as ArrayBuffer] });
  expect(input?.data.byteLength).toBe(0);
  expect([...one.data]).toEqual([9, 9, 9, 9, 9, 9]);
});

test('frames of different shapes are refused in one batch', () => {
  expect(() => encodeFrames([frame(1), frame(1, 'rgb24')])).toThrow('3x2 gray and 3x2 rgb24');
  expect(() => encodeFrames([])).toThrow('at least one frame');
});

test('the picture and the error map of one frame are views into the outputs of the batch', () => {
  const outputs = {
    denoised: { type: 'uint8', shape: [2, 1, 2, 1], data: Uint8Array.from([1, 2, 3, 4]) },
    error_map: { type: 'float32', shape: [2, 1, 1], data: Float32Array.from([0.5, 0.25]) },
  } as const;
  expect([...denoisedOf(outputs, 1)]).toEqual([3, 4]);
  expect(denoisedOf(outputs, 1).buffer).toBe(outputs.denoised.data.buffer);
  expect([...errorMapOf(outputs, 0)]).toEqual([0.5]);
});

test('a missing output is named together with those there are', () => {
  const outputs = { mse: { type: 'float32', shape: [1], data: new Float32Array(1) } } as const;
  expect(() => errorMapOf(outputs, 0)).toThrow('Expected a float32 output named error_map, got mse');
});
