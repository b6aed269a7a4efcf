import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// The architecture, as a table: each folder of src/ and what it may import from src/.
const allowed: Record<string, readonly string[]> = {
  core: [],
  files: [],
  stream: [],
  config: ['core'],
  camera: ['core', 'stream'],
  model: ['core', 'files'],
  engine: ['core', 'model'],
  task: ['core'],
  learn: ['core', 'files', 'camera', 'model', 'engine', 'task'],
  report: ['core', 'learn', 'model', 'task'],
  alert: ['core', 'files', 'task'],
  backup: ['core', 'files', 'config'],
  notify: ['core', 'stream'],
  video: ['core', 'stream'],
  publish: ['core', 'stream', 'video'],
  media: ['core', 'files', 'camera'],
  discover: ['core'],
  auth: ['core'],
  server: ['core', 'files', 'config', 'alert', 'auth', 'video'],
  dashboard: ['server'],
  simulate: ['core', 'video'],
};

// The wiring: the only places that know everyone.
const wiring = new Set(['pipeline', 'commands', 'bench']);

const root = path.resolve('src');
const folderOf = (file: string): string => path.relative(root, file).split(path.sep)[0] ?? '';
const imports = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import) '(\.[^']+)'/g)].map((match) =>
    path.resolve(path.dirname(file), match[1] ?? ''),
  );
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && entry.parentPath !== root)
  .map((entry) => path.join(entry.parentPath, entry.name));

test.each(files.map((file) => [path.relative(root, file), file]))(
  '%s imports only what its folder may',
  (_name, file) => {
    const from = folderOf(file);
    for (const target of imports(file)) {
      if (!wiring.has(from)) expect([from, ...(allowed[from] ?? [])]).toContain(folderOf(target));
    }
  },
);

test.each(files.map((file) => [path.relative(root, file), file]))(
  '%s has at most 300 lines, or says why not',
  (_name, file) => {
    const text = readFileSync(file, 'utf8');
    expect(text.split('\n').length <= 300 || /longer than 300 lines because/i.test(text)).toBe(true);
  },
);
