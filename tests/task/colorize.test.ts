import type { Tensors } from '../../src/core/tensor.ts';
import { openTask } from '../../src/task/open-task.ts';

const outputs = (chroma: number): Tensors => ({
  colorized: { type: 'uint8', shape: [2, 1, 1, 3], data: Uint8Array.of(0, 0, 0, 1, 2, 3) },
  chroma: { type: 'float32', shape: [2], data: Float32Array.of(99, chroma) },
});
const frame = { width: 1, height: 1, capturedAt: 0, data: Uint8Array.of(5, 5, 5) };

test('gray pictures are coloured, those with colours of their own are left alone, and in between nothing changes', () => {
  const task = openTask({ task: 'colorize', architecture: 'colorizer' }, {})!;
  const said = [5, 1, 0.2, 1, 1.6, 1].map((chroma) => task.decode(outputs(chroma), 1, frame).colorized);
  expect(said).toEqual([undefined, undefined, Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3), undefined, undefined]);
});
