import type { Engine } from '../core/engine.ts';
import type { Tensor } from '../core/tensor.ts';
import { initialState } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { CarriedState } from '../task/carried-state.ts';
import { calibrate } from '../task/calibration.ts';
import type { Calibration } from '../task/calibration.ts';
import { errorMapOf } from '../task/decode.ts';
import { encodeFrames, joinRows } from '../task/encode.ts';
import type { DataSet } from './data-set.ts';

export interface CalibrateOptions {
  readonly falseAlarmsPerDay: number;
  readonly smoothingSeconds: number;
  /** How long a score must stay above the threshold before it alarms. */
  readonly minSeconds?: number | undefined;
  readonly onProgress?: (fraction: number) => void;
}

/** Runs normal footage through the model; the errors on the held-back part set the threshold. */
export const calibrateModel = async (
  engine: Engine<CameraModel>,
  model: CameraModel,
  { training, heldBack }: { readonly training: DataSet; readonly heldBack: DataSet },
  { falseAlarmsPerDay, smoothingSeconds, minSeconds, onProgress }: CalibrateOptions,
): Promise<Calibration> => {
  const total = training.count + heldBack.count;
  const seen = await errorMaps(engine, model, training, (share) => onProgress?.((share * training.count) / total));
  const { maps, rows, cols } = await errorMaps(engine, model, heldBack, (share) =>
    onProgress?.((training.count + share * heldBack.count) / total),
  );
  const { framesPerSecond } = heldBack;
  const options = { rows, cols, falseAlarmsPerDay, smoothingSeconds, framesPerSecond };
  return calibrate(maps, options, seen.maps, minSeconds);
};

interface ErrorMaps {
  readonly maps: readonly Float32Array[];
  readonly rows: number;
  readonly cols: number;
}

/** The error map of every frame of the set, as many runs at once as the engine has workers; one for a model with a memory. */
export const errorMaps = async (
  engine: Engine<CameraModel>,
  model: CameraModel,
  set: DataSet,
  onProgress?: (fraction: number) => void,
): Promise<ErrorMaps> => {
  const session = await engine.load(model);
  const state = initialState(model);
  const isOrdered = !new CarriedState(state).isEmpty;
  const maps: Float32Array[] = [];
  let shape: readonly number[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    const carried = new CarriedState(state);
    while (next < set.count) {
      const index = next++;
      const inputs = { ...encodeFrames([{ ...set, data: set.at(index) }]), ...joinRows([carried.tensors]) };
      const outputs = await session.run(inputs, ['error_map', ...carried.fetches]);
      carried.keep(outputs, 0);
      shape = (outputs['error_map'] as Tensor).shape;
      maps[index] = errorMapOf(outputs, 0);
      onProgress?.(++done / set.count);
    }
  };
  try {
    await Promise.all(Array.from({ length: isOrdered ? 1 : engine.concurrency }, worker));
  } finally {
    await session.release();
  }
  return { maps, rows: shape[1] ?? 0, cols: shape[2] ?? 0 };
};
