import type { Session } from '../core/engine.ts';
import type { CameraTask } from '../task/camera-task.ts';
import type { DataSet } from './data-set.ts';
import { runTask } from './run-task.ts';
import type { TaskAnswer } from './run-task.ts';

/** Between two clips this much time has passed. */
const pauseMs = 60_000;

/** Gives a task the frames of a set one after the other, as a live camera would, and yields what it said of each. */
export const playThrough = async function* (
  session: Session,
  task: CameraTask,
  set: DataSet,
): AsyncGenerator<{ readonly index: number } & TaskAnswer> {
  let capturedAt = 0;
  for (let index = 0; index < set.count; index++) {
    capturedAt += index > 0 && !set.continues(index) ? pauseMs : 1000 / set.framesPerSecond;
    const frame = { ...set, data: set.at(index), capturedAt };
    yield { index, ...(await runTask(session, task, frame)) };
  }
};
