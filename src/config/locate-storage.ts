import path from 'node:path';

import { PipelineDocument, pathName } from './document.ts';
import type { Path } from './document.ts';
import type { Environment } from './environment.ts';

/** Where a pipeline keeps things, as absolute paths; its `models` are those that its file names itself. */
export interface StoragePlaces {
  readonly storage: string;
  readonly models: readonly string[];
}

/**
 * Where a pipeline file says that things are kept. The file need not be complete: a backup is made and taken back where the
 * cameras' passwords are not in the environment. Throws ConfigError 'syntax', or 'invalid' when a path cannot be told.
 */
export const locateStorage = (file: string, text: string, env: Environment = process.env): StoragePlaces => {
  const document = new PipelineDocument(file, text, env);
  const data = document.toJS();
  const folderAt = (keys: Path): string | undefined => {
    const unresolved = document.unresolved.get(pathName(keys));
    if (unresolved) throw document.error('invalid', [...unresolved]);
    const value = keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], data);
    if (value === undefined || value === null || (typeof value === 'string' && value !== '')) return value || undefined;
    const message = `${pathName(keys)}: expected the path of a folder, found ${typeof value}`;
    throw document.error('invalid', [{ offset: document.locate(keys), message }]);
  };

  const { dir: folder, name } = path.parse(path.resolve(file));
  const cameras = (data as { cameras?: unknown } | null)?.cameras;
  const count = Array.isArray(cameras) ? cameras.length : 0;
  const named: Path[] = [
    ['defaults', 'model'],
    ...Array.from({ length: count }, (_, index) => ['cameras', index, 'model']),
  ];
  const models = named.flatMap((keys) => folderAt(keys) ?? []).map((model) => path.resolve(folder, model));
  return {
    storage: path.resolve(folder, folderAt(['storage', 'path']) ?? path.join('nightjar-data', name)),
    models: [...new Set(models)],
  };
};
