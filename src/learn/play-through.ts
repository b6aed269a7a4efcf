import type { Session } from '../core/engine.ts';
import type { Tensors } from '../core/tensor.ts';
import type { CameraTask } from '../task/camera-task.ts';
import { encodeFrames, joinRows } from '../task/encode.ts';
import type { DataSet } from './data-set.ts';

/** Between two clips this much time has passed. */
const pauseMs = 60_000;

/** Gives a task the frames of a set one after the other, as a live camera would, and yields what it said of each. */
export const playThrough = async function* (
  session: Session,
  task: CameraTask,
  set: DataSet,
): AsyncGenerator<{ readonly index: number; readonly outputs: Tensors } & ReturnType<CameraTask['decode']>> {
  let capturedAt = 0;
  for (let index = 0; index < set.count; index++) {
    capturedAt += index > 0 && !set.continues(index) ? pauseMs : 1000 / set.framesPerSecond;
    const frame = { ...set, data: set.at(index), capturedAt };
    const outputs = await session.run({ ...encodeFrames([frame]), ...joinRows([task.inputs(frame)]) }, task.fetches);
    yield { index, outputs, ...task.decode(outputs, 0, frame) };
  }
};
