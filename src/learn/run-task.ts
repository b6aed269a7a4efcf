import type { Session } from '../core/engine.ts';
import type { Frame } from '../core/frame.ts';
import type { Tensors } from '../core/tensor.ts';
import type { CameraTask } from '../task/camera-task.ts';
import { encodeFrames, joinRows } from '../task/encode.ts';

/** What a task said of a frame, and the outputs it said it from. */
export type TaskAnswer = { readonly outputs: Tensors } & ReturnType<CameraTask['decode']>;

/** One frame through a model, as one camera uses it. The frame stays the caller's to release. */
export const runTask = async (
  session: Session,
  task: CameraTask,
  frame: Omit<Frame, 'camera' | 'sequence' | 'release'>,
): Promise<TaskAnswer> => {
  const outputs = await session.run(
    { ...encodeFrames([frame]), ...joinRows([task.inputs(frame)], task.givesAway) },
    task.fetches,
  );
  return { outputs, ...task.decode(outputs, 0, frame) };
};
