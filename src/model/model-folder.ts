import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { z } from 'zod';

import { ModelError } from '../core/errors.ts';
import { sizeOf } from '../core/tensor.ts';
import { syncFolder } from '../files/sync.ts';
import { errorMapCell } from './error-outputs.ts';
import { weightSpecs, weightsByName } from './layer-weights.ts';
import { backgroundSize, expectInput } from './camera-model.ts';
import type { CameraModel } from './camera-model.ts';
import type { LayersModel, Weight } from './layers-model.ts';
import { learningRecord } from './learning-record.ts';
import type { LearningRecord } from './learning-record.ts';
import { modelCard } from './model-card.ts';
import type { ModelCard } from './model-card.ts';
import { modelJson } from './model-json.ts';
import type { ModelJson } from './model-json.ts';
import { layerGraph } from './shapes.ts';

/**
 * Writes model.json and weights.bin (TensorFlow.js Layers format), card.json, record.json where there is one, and
 * background.bin (float32, gray levels) of a model that has a background. The folder appears, or is replaced, as a whole: a
 * crash or a power cut leaves the old model, the new one or none, never a mixture; once it resolved, the new one. Rejects with the file system's error.
 */
export const saveModel = async (
  folder: string,
  {
    topology,
    weights,
    card,
    record,
    background,
  }: LayersModel & Pick<CameraModel, 'background'> & { readonly card: ModelCard; readonly record?: LearningRecord },
): Promise<void> => {
  const description = {
    format: 'layers-model',
    generatedBy: 'nightjar',
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  const bytes = weights.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const target = path.resolve(folder);
  await mkdir(path.dirname(target), { recursive: true });
  const temporary = await mkdtemp(path.join(path.dirname(target), `.${path.basename(target)}-`));
  try {
    const fresh = path.join(temporary, 'new');
    await mkdir(fresh);
    await writeFile(path.join(fresh, 'weights.bin'), Buffer.concat(bytes), { flush: true });
    if (background) {
      const { buffer, byteOffset, byteLength } = background;
      await writeFile(path.join(fresh, 'background.bin'), new Uint8Array(buffer, byteOffset, byteLength), {
        flush: true,
      });
    }
    await writeFile(path.join(fresh, 'card.json'), JSON.stringify(card, null, 2), { flush: true });
    if (record) await writeFile(path.join(fresh, 'record.json'), JSON.stringify(record), { flush: true });
    await writeFile(path.join(fresh, 'model.json'), JSON.stringify(description, null, 2), { flush: true });
    await syncFolder(fresh);
    await replace(target, fresh, path.join(temporary, 'old'));
    await syncFolder(path.dirname(target));
  } finally {
    await rm(temporary, { recursive: true });
  }
};

const replace = async (target: string, fresh: string, old: string): Promise<void> => {
  await rename(target, old).catch(ignoreMissing);
  try {
    await rename(fresh, target);
  } catch (error) {
    await rename(old, target).catch(ignoreMissing);
    throw error;
  }
};

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};

/** Rejects with ModelError, naming the file, what was expected and what was found. */
export const loadModel = async (folder: string): Promise<{ readonly model: CameraModel; readonly card: ModelCard }> => {
  const card = await readJson(path.join(folder, 'card.json'), modelCard);
  const file = path.join(folder, 'model.json');
  const { modelTopology: topology, weightsManifest } = await readJson(file, modelJson);
  const weights: Weight[] = [];
  for (const group of weightsManifest) weights.push(...(await readWeights(folder, group)));

  const { nodes } = inFile(file, () => layerGraph(topology));
  inFile(file, () => weightsByName(nodes.flatMap(weightSpecs), weights));
  const { architecture, input } = card;
  const { height, width } = input;
  const model: CameraModel = { topology, weights, architecture, input };
  expectInput(model, file);
  const size = backgroundSize(model);
  if (size !== undefined)
    return { model: { ...model, background: await readBackground(path.join(folder, 'background.bin'), size) }, card };
  const [rows, cols] = [Math.ceil(height / errorMapCell), Math.ceil(width / errorMapCell)];
  const calibration = card.calibration && 'rows' in card.calibration ? card.calibration : { rows, cols };
  if (calibration.rows !== rows || calibration.cols !== cols)
    throw new ModelError(
      'mismatch',
      `${path.join(folder, 'card.json')}: calibration: expected ${rows} x ${cols} cells for this input, found ${calibration.rows} x ${calibration.cols}`,
    );
  return { model, card };
};

/** How the model in this folder was learned; undefined for a model without record.json. Rejects with ModelError. */
export const loadRecord = async (folder: string): Promise<LearningRecord | undefined> => {
  const file = path.join(folder, 'record.json');
  return existsSync(file) ? readJson(file, learningRecord) : undefined;
};

const readBytes = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ModelError(
      'unreadable',
      `${file}: expected a readable file, found ${(cause as NodeJS.ErrnoException).code}`,
      { cause },
    );
  }
};

const readJson = async <Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>> => {
  const text = (await readBytes(file)).toString('utf8');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('unreadable', `${file}: expected JSON, found ${(cause as SyntaxError).message}`, { cause });
  }
  const parsed = schema.safeParse(content, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { path: at, message, input } = parsed.error.issues[0]!;
  const found = JSON.stringify(input)?.slice(0, 80) ?? 'nothing';
  throw new ModelError('mismatch', `${file}: ${at.join('.')}: ${message}, found ${found}`, { cause: parsed.error });
};

const readWeights = async (
  folder: string,
  { paths, weights }: ModelJson['weightsManifest'][number],
): Promise<Weight[]> => {
  const files = paths.map((name) => path.join(folder, name));
  const bytes = Buffer.concat(await Promise.all(files.map(readBytes)));
  const expected = 4 * weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (bytes.length !== expected)
    throw new ModelError('mismatch', `${files.join(', ')}: expected ${expected} bytes, found ${bytes.length}`);
  const values = floatsOf(bytes);
  let offset = 0;
  return weights.map(({ name, shape }) => {
    const start = offset;
    offset += sizeOf(shape);
    return { name, shape, data: values.slice(start, offset) };
  });
};

const readBackground = async (file: string, size: number): Promise<Float32Array> => {
  const bytes = await readBytes(file);
  if (bytes.length !== 4 * size)
    throw new ModelError('mismatch', `${file}: expected ${4 * size} bytes, found ${bytes.length}`);
  return floatsOf(bytes);
};

/** A copy of its own: a small Buffer may start anywhere in Node's pool, floats need a multiple of four. */
const floatsOf = (bytes: Buffer): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);

const inFile = <Result>(file: string, check: () => Result): Result => {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new ModelError(cause.code, `${file}: ${cause.message}`, { cause });
  }
};
