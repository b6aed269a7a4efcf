import { z } from 'zod';

const count = z.int().nonnegative();
const positive = z.number().positive();

const threshold = {
  /** The smoothed score at which an alarm starts. */
  threshold: positive,
  falseAlarmsPerDay: positive,
  framesPerSecond: positive,
  smoothingSeconds: z.number().nonnegative(),
  /** Frames it was made from. */
  frames: count,
  /** The generalised Pareto tail above errorQuantiles.p90 that the threshold comes from; absent in older models. */
  tail: z.strictObject({ shape: z.number(), scale: z.number(), incidentsPerDay: z.number() }).optional(),
  errorQuantiles: z.strictObject({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() }),
};

/** Of a model whose score is the error of its output, cell by cell. */
const errorCalibration = z
  .strictObject({
    rows: z.int().positive(),
    cols: z.int().positive(),
    /** Of the error in each cell, row by row; mean squared error in units of 0..1. */
    cellMean: z.array(z.number()).readonly(),
    cellStd: z.array(z.number()).readonly(),
    ...threshold,
  })
  .refine(
    ({ rows, cols, cellMean, cellStd }) => cellMean.length === rows * cols && cellStd.length === rows * cols,
    'Expected cellMean and cellStd to have rows x cols values',
  );

/** Of the motion model: what each channel's score is divided by. */
const motionCalibration = z.strictObject({ scales: z.tuple([positive, positive, positive]), ...threshold });

/** card.json: what a model takes, where it comes from, and what was measured. */
export const modelCard = z.strictObject({
  version: z.literal(1),
  task: z.enum(['anomaly', 'denoise', 'colorize']),
  architecture: z.string(),
  input: z.strictObject({ height: z.int().positive(), width: z.int().positive(), channels: z.int().positive() }),
  trainedOn: z.strictObject({
    /** A camera's id or a path, never a URL with a password. */
    source: z.string(),
    frames: count,
    /** Of a camera's footage. */
    framesPerSecond: positive.optional(),
  }),
  training: z.strictObject({
    steps: count,
    epochs: z.number().nonnegative(),
    seconds: z.number().nonnegative(),
    /** In the unit of the objective: mean squared error of 0..1, for motion the pinball loss. */
    loss: z.number(),
    validationLoss: z.number(),
    seed: z.int(),
    /** Standard deviation of the noise added to the input, in units of 0..1. */
    noise: z.number().nonnegative(),
    /** How a shipped model was made. */
    command: z.string().optional(),
  }),
  calibration: z.union([errorCalibration, motionCalibration]).optional(),
  /** Of a denoiser: the largest magnitude that each layer gave in calibration, for computing it in bytes. */
  activations: z.array(positive).readonly().optional(),
  created: z.iso.datetime(),
});
export type ModelCard = Readonly<z.infer<typeof modelCard>>;
export type MotionCalibration = Readonly<z.infer<typeof motionCalibration>>;
