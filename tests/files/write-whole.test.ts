import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { replaceWhole, writeWhole, writeWholeSync } from '../../src/files/write-whole.ts';
import { recordSyncs } from '../support/record-syncs.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-files-'));
  file = path.join(folder, 'settings.json');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const modeOf = (name: string): number => statSync(name).mode & 0o777;

test.each<[string, Parameters<typeof writeWhole>[1], string]>([
  ['text', 'räv', 'räv'],
  ['bytes', Uint8Array.of(0x61, 0x62), 'ab'],
  ['what comes piece by piece', ['{}\n', Uint8Array.of(0x61), Uint8Array.of(0x62)], '{}\nab'],
])('writes %s in the place of what was there, and leaves nothing else', async (_name, content, expected) => {
  writeFileSync(file, 'what was there, and was longer');
  await writeWhole(file, content);
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual([expected, ['settings.json']]);
});

test('the bytes are on the disk before the name is, and the folder and those above it after', async () => {
  const steps = await recordSyncs();
  await writeWhole(file, 'new');
  const above: string[] = [];
  for (let at = folder; above.at(-1) !== 'sync /'; at = path.dirname(at)) above.push(`sync ${at}`);
  expect(steps.filter((step) => !step.startsWith('rm'))).toEqual([
    `sync ${file}.tmp`,
    `rename ${file}.tmp ${file}`,
    ...above,
  ]);
});

const failing = function* (): Generator<Uint8Array> {
  yield Uint8Array.of(1);
  throw new Error('no more');
};

test.each<[string, () => unknown]>([
  ['writeWhole', async () => writeWhole(file, failing())],
  ['writeWholeSync', () => writeWholeSync(file, failing() as unknown as Uint8Array[])],
  [
    'replaceWhole',
    async () =>
      replaceWhole(file, async (temporary) => {
        await writeFile(temporary, 'half');
        throw new Error('no more');
      }),
  ],
])('%s that fails leaves the old file, and nothing of the new one', async (_name, write) => {
  writeFileSync(file, 'old');
  await expect((async () => write())()).rejects.toThrow('no more');
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['old', ['settings.json']]);
});

test('a file has the mode that is asked for, whatever the umask says and a killed process left', async () => {
  writeFileSync(`${file}.tmp`, 'left');
  chmodSync(`${file}.tmp`, 0o666);
  await writeWhole(file, 'key', { mode: 0o600 });
  expect([modeOf(file), readFileSync(file, 'utf8')]).toEqual([0o600, 'key']);
  const umask = process.umask(0o077);
  try {
    await writeWhole(file, 'shared', { mode: 0o664 });
  } finally {
    process.umask(umask);
  }
  expect(modeOf(file)).toBe(0o664);
});

test('nobody else may read a file with a mode of its own while it is being written', async () => {
  let meanwhile: number | undefined;
  const observed = function* (): Generator<string> {
    meanwhile = modeOf(`${file}.tmp`);
    yield 'secret';
  };
  await writeWhole(file, observed(), { mode: 0o644 });
  expect([meanwhile, modeOf(file)]).toEqual([0o600, 0o644]);
});

test.each<[string, () => unknown]>([
  ['writeWhole', async () => writeWhole(file, 'new')],
  ['writeWholeSync', () => writeWholeSync(file, [Buffer.from('new')])],
])('%s writes into no link that waits under its temporary name', async (_name, write) => {
  const elsewhere = path.join(folder, 'elsewhere');
  writeFileSync(elsewhere, 'theirs');
  symlinkSync(elsewhere, `${file}.tmp`);
  await write();
  expect([readFileSync(elsewhere, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['theirs', 'new']);
});

test('a file that cannot be moved to its place is an error, and nothing is left of it', async () => {
  mkdirSync(file);
  await expect(writeWhole(file, 'new')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(folder)).toEqual(['settings.json']);
});
