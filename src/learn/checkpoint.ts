import { rm } from 'node:fs/promises';

import { z } from 'zod';

import { learningRecord } from '../model/learning-record.ts';
import type { TrainingState } from './fit.ts';
import { readHeaded, writeHeaded } from './headed-file.ts';

/** Seconds of training between two checkpoints. */
const interval = 30;

const header = z.strictObject({
  version: z.literal(1),
  key: z.string(),
  step: z.int().positive(),
  seconds: z.number(),
  loss: z.number(),
  evaluationsSinceBest: z.int(),
  history: learningRecord.shape.history,
  best: z.strictObject({ validationLoss: z.number().nullable(), loss: z.number().nullable() }),
  parameters: z.int().positive(),
});

/** Where a training is kept, so that it survives the death of the process. */
export interface Checkpoint {
  /** Where an earlier training of the same was cut off. */
  readonly resumed: TrainingState | undefined;
  readonly everySeconds: number;
  /** Writes the state as a whole; one that comes while another is being written is left out. The vectors must not change. */
  save(state: TrainingState): Promise<void>;
  /** The training came to its end, whatever that was. */
  remove(): Promise<void>;
}

/**
 * The checkpoint in `file`, of a training described by `key`: one of another training, of another version or a damaged one
 * counts for nothing. A line of JSON, then four vectors of float32: parameters, both moments, best parameters.
 */
export const openCheckpoint = async (file: string, key: string, everySeconds = interval): Promise<Checkpoint> => {
  let writing: Promise<void> | undefined;
  const write = async ({ p, m, v, best, ...rest }: TrainingState): Promise<void> => {
    const { p: bestP, ...bestLosses } = best;
    const head = { version: 1, key, ...rest, best: bestLosses, parameters: p.length };
    const vectors = [p, m, v, bestP].map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    );
    await writeHeaded(file, head, vectors);
  };
  return {
    resumed: await read(file, key),
    everySeconds,
    async save(state) {
      if (writing) return;
      // A full disk must not end the training.
      writing = write(state).catch(() => undefined);
      await writing;
      writing = undefined;
    },
    async remove() {
      await writing;
      // A process that is killed while it writes leaves half a file.
      await rm(`${file}.tmp`, { force: true });
      await rm(file, { force: true });
    },
  };
};

const read = async (file: string, key: string): Promise<TrainingState | undefined> => {
  const found = await readHeaded(file, header);
  if (found?.head.key !== key || found.body.length !== 4 * 4 * found.head.parameters) return undefined;
  const { parameters, best, version: _version, key: _key, ...rest } = found.head;
  const values = new Float32Array(Uint8Array.from(found.body).buffer);
  const vector = (at: number): Float32Array => values.slice(at * parameters, (at + 1) * parameters);
  // JSON has no Infinity: before the first evaluation nothing is best.
  const { validationLoss, loss } = best;
  return {
    ...rest,
    p: vector(0),
    m: vector(1),
    v: vector(2),
    best: { p: vector(3), validationLoss: validationLoss ?? Infinity, loss: loss ?? Infinity },
  };
};
