import type { Frame } from '../../src/core/frame.ts';
import type { Tensors } from '../../src/core/tensor.ts';
import type { LoadedModel } from '../../src/pipeline/models.ts';

/** Frames of 2 x 1 gray pixels, numbered by camera, that count how often each was released. */
export const frameSource = () => {
  const frames = new Map<Frame, number>();
  const next = (camera: string, sequence: number, changes: Partial<Frame> = {}): Frame => {
    const frame: Frame = {
      camera,
      sequence,
      capturedAt: 1_700_000_000_000 + sequence * 100,
      width: 2,
      height: 1,
      format: 'gray',
      data: Uint8Array.of(sequence, sequence),
      release: () => void frames.set(frame, (frames.get(frame) ?? 0) + 1),
      ...changes,
    };
    frames.set(frame, 0);
    return frame;
  };
  /** How often each frame was released, in the order they were made. */
  const releases = () => [...frames.values()];
  return { next, releases };
};

interface PendingRun {
  readonly inputs: Tensors;
  readonly fetches: readonly string[];
  resolve(outputs: Tensors): void;
  reject(error: unknown): void;
}

/** A model whose runs wait until the test answers them. */
export const pendingModel = (folder: string, card: Partial<LoadedModel['card']> = {}) => {
  const runs: PendingRun[] = [];
  const run = async (inputs: Tensors, fetches: readonly string[] = []): Promise<Tensors> =>
    new Promise((resolve, reject) => void runs.push({ inputs, fetches, resolve, reject }));
  const model = { folder, card, state: {}, session: { run, release: async () => {} } } as unknown as LoadedModel;
  return { model, runs };
};
