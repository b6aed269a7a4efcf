import { z } from 'zod';

const count = z.int().nonnegative();

/** A frame worth showing, and what the model saw in it. */
const recordedFrame = z.strictObject({
  /** Its number in the footage that was learned from, from 0. */
  frame: count,
  /** In units of the threshold, as `cells`: 1.0 is where an alarm starts. */
  score: z.number(),
  /** A JPEG. */
  picture: z.base64(),
  rows: count,
  cols: count,
  cells: z.array(z.number()),
});

/** record.json: how a model was learned, and how the finished model scores the normal footage held back from training. */
export const learningRecord = z.strictObject({
  version: z.literal(1),
  /** One entry an evaluation, in the unit of the card's losses. */
  history: z.array(z.strictObject({ step: count, loss: z.number(), validationLoss: z.number() })),
  stoppedBy: z.enum(['time', 'patience', 'signal']),
  /** Of an anomaly model. */
  heldBack: z
    .strictObject({
      /** How long a score must stay above the threshold before it alarms. */
      minSeconds: z.number().nonnegative(),
      /** In time order: each frame's number in the footage, and its smoothed score in units of the threshold. */
      frames: z.array(count),
      scores: z.array(z.number()),
      /** The highest scores, at least a few seconds apart. */
      worst: z.array(recordedFrame),
    })
    .refine(({ frames, scores }) => frames.length === scores.length, 'Expected a score for each frame')
    .optional(),
});
export type LearningRecord = Readonly<z.infer<typeof learningRecord>>;
export type RecordedFrame = Readonly<z.infer<typeof recordedFrame>>;
