import { readFile } from 'node:fs/promises';

import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';

import { ConfigError } from '../core/errors.ts';
import { PipelineDocument, pathName } from './document.ts';
import type { Path, Problem } from './document.ts';
import type { Environment } from './environment.ts';
import { resolvePipeline } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { pipelineSchema } from './schema.ts';

/**
 * Reads, checks and completes a pipeline file. Throws ConfigError: 'unreadable', 'syntax' or 'invalid', whose message has a
 * line for each problem, `file:line:column cameras[0].fps: expected ..., found ...`, and never a password.
 */
export const loadPipeline = async (file: string, env: Environment = process.env): Promise<Pipeline> =>
  parsePipeline(file, await readText(file), env);

/** The same for the text of a file. Throws ConfigError 'syntax' or 'invalid'. */
export const parsePipeline = (file: string, text: string, env: Environment = process.env): Pipeline => {
  const document = new PipelineDocument(file, text, env);
  const data = withoutEmptySections(document.toJS());
  const { data: settings, error } = pipelineSchema.safeParse(data, { reportInput: true });

  const issues = (error?.issues ?? []).filter(({ path }) => !document.unresolved.has(pathName(path as Path)));
  const problems = [
    ...[...document.unresolved.values()].flat(),
    ...issues.flatMap((issue) => explain(issue, document)),
  ];
  if (settings && problems.length === 0) return resolvePipeline(settings, file);
  throw document.error('invalid', problems);
};

/** The text of a pipeline file. Throws ConfigError 'unreadable'. */
export const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'no such file',
      EISDIR: 'this is a folder: name the pipeline file in it',
      EACCES: 'you may not read this file',
    };
    throw new ConfigError('unreadable', `${file}: ${reasons[code ?? ''] ?? `cannot be read (${code})`}`, { cause });
  }
};

/** `learning:` with nothing below it is the same as no `learning:`. */
const withoutEmptySections = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && !Array.isArray(data)
    ? Object.fromEntries(
        Object.entries(data).filter(([key, value]) => value !== null || !(key in pipelineSchema.shape)),
      )
    : data;

const explain = (issue: z.core.$ZodIssue, document: PipelineDocument): Problem[] => {
  const path = issue.path as Path;
  // What may be a text or a group: a group is judged as one.
  const inGroup = issue.code === 'invalid_union' && issue.errors.find((errors) => errors.every(isWithin));
  if (inGroup) return inGroup.flatMap((inner) => explain({ ...inner, path: [...path, ...inner.path] }, document));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      offset: document.locateKey(path, key),
      message: `${withoutCredentials(pathName([...path, key]))}: unknown key; ${advice(key, keysAt(path))}`,
    }));

  const found = show(issue.input, path, document);
  const like = issue.code === 'custom' ? (issue.params?.['like'] as Path | undefined) : undefined;
  const where = like ? `, as in ${pathName(like)} on line ${document.lineOf(document.locate(like))}` : '';
  return [
    {
      offset: document.locate(path),
      message: `${pathName(path) || 'the file'}: expected ${issue.message}, found ${found}${where}`,
    },
  ];
};

const isWithin = ({ code, path }: z.core.$ZodIssue): boolean => code === 'unrecognized_keys' || path.length > 0;

const advice = (key: string, known: readonly string[]): string => {
  const nearest = closest(key, known);
  return distance(key, nearest) <= 1 + key.length / 3
    ? `did you mean \`${nearest}\`?`
    : `known here: ${known.join(', ')}`;
};

/** The keys that the mapping at `path` may have. */
const keysAt = (path: Path): readonly string[] => {
  let schema: unknown = pipelineSchema;
  for (const part of [...path, undefined]) {
    while (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodExactOptional)
      schema = schema.unwrap();
    if (schema instanceof z.ZodUnion) schema = schema.options.find((option) => option instanceof z.ZodObject);
    if (typeof part === 'number' && schema instanceof z.ZodArray) schema = schema.element;
    else if (typeof part === 'string' && schema instanceof z.ZodObject) schema = schema.shape[part];
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
};

const show = (value: unknown, path: Path, document: PipelineDocument): string => {
  if (value === undefined || value === null) return 'nothing';
  if (secretKeys.has(path.at(-1))) return 'something that is not shown';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'number' || typeof value === 'boolean') return document.conceal(String(value));
  if (typeof value !== 'string') return 'a group of keys';
  const text = document.conceal(value);
  const shown = path.at(-1) === 'url' ? withoutRest(text) : withoutCredentials(text);
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}...` : shown);
};

const secretKeys = new Set<unknown>(['password', 'secret']);

/** Of a URL only the scheme: a password can be anywhere in it. */
const withoutRest = (text: string): string => text.replace(/:.*$/s, ':...');
const withoutCredentials = (text: string): string => (/:\/\/|@/.test(text) ? withoutRest(text) : text);
