import { architecture } from '../model/architectures/architecture.ts';
import { cameraGraph, initialState } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { initialWeights } from '../model/initial-weights.ts';
import type { ModelCard } from '../model/model-card.ts';
import { randomSource } from '../model/random.ts';
import { encodeFrames } from '../task/encode.ts';
import { openTask } from '../task/open-task.ts';
import { bareRuns, startBareLoop, stopBareLoops } from './bare-loop.ts';

/** Side of the analysed pictures, and how many a second. */
export const size = 128;
export const analysedFps = 5;

/** What is analysed by a model of the camera's own. */
export const benchTask = 'anomaly';
const architectureName = 'motion';

/** A picture of noise. */
const noisePicture = (): Uint8Array => {
  const random = randomSource(1);
  return Uint8Array.from({ length: size * size }, () => 256 * random());
};

/** Untrained: its speed is that of a trained one, and learning is another benchmark. */
export const benchModel = (): CameraModel => {
  const topology = architecture(architectureName, [size, size, 1]);
  return {
    architecture: architectureName,
    topology,
    weights: initialWeights(topology, 1),
    input: { height: size, width: size, channels: 1 },
    background: Float32Array.from(noisePicture()),
  };
};

/** With a threshold that no score reaches. */
export const benchCard = (): ModelCard => ({
  version: 1,
  task: benchTask,
  architecture: architectureName,
  input: { height: size, width: size, channels: 1 },
  trainedOn: { source: 'benchmark', frames: 0, framesPerSecond: analysedFps },
  training: { steps: 0, epochs: 0, seconds: 0, loss: 0, validationLoss: 0, seed: 1, noise: 0 },
  calibration: {
    scales: [1, 1, 1],
    threshold: 1000,
    falseAlarmsPerDay: 1,
    framesPerSecond: analysedFps,
    smoothingSeconds: 0.5,
    frames: 0,
    errorQuantiles: { p50: 0, p90: 0, p99: 0, max: 0 },
  },
  created: new Date().toISOString(),
});

/** CPU seconds of one run of the model alone, on a picture of noise. */
export const inferenceCpu = async (): Promise<number> => {
  const model = benchModel();
  const frame = { capturedAt: 0, width: size, height: size, format: 'gray', data: noisePicture() } as const;
  const inputs = openTask(benchCard(), initialState(model))!.inputs(frame);
  const loop = startBareLoop({ model: cameraGraph(model), inputs: { ...encodeFrames([frame]), ...inputs } });
  await bareRuns([loop], 1000);
  const before = process.cpuUsage();
  const runs = await bareRuns([loop], 5000);
  const { user, system } = process.cpuUsage(before);
  await stopBareLoops([loop]);
  return (user + system) / 1e6 / runs;
};
