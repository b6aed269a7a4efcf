import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { readIdx } from '../../src/learn/idx.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-idx-'));
});
afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, bytes: Uint8Array): Promise<string> => {
  const place = path.join(folder, name);
  await writeFile(place, bytes);
  return place;
};
/** Two pictures of 1 x 3. */
const header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3];
const whole = Uint8Array.from([...header, 1, 2, 3, 4, 5, 255]);

test.each([
  ['plain', whole],
  ['gzipped', gzipSync(whole)],
])('reads the shape and the bytes of a %s file', async (name, bytes) => {
  const { shape, data } = await readIdx(await file(name, bytes));
  expect(shape).toEqual([2, 1, 3]);
  expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
});

test.each([
  ['of floats', Uint8Array.from([0, 0, 0x0d, 1, 0, 0, 0, 0]), 'unreadable', /IDX file of bytes.*found 00000d01/],
  ['that ends in its header', Uint8Array.from([0, 0, 8, 3, 0, 0]), 'unreadable', /found 00000803/],
  ['of one byte', Uint8Array.from([0]), 'unreadable', /expected an IDX file/],
  ['that is cut off', whole.subarray(0, -1), 'mismatch', /expected 2 x 1 x 3 values, found 5/],
  ['with a broken gzip', gzipSync(whole).subarray(0, -9), 'unreadable', /unexpected end of file/],
] as const)('a file %s is refused by its name', async (name, bytes, code, message) => {
  const place = await file(`bad ${name}`, bytes);
  const refusal = expect(readIdx(place)).rejects;
  await refusal.toMatchObject({ name: 'DataError', code, message: expect.stringMatching(message) });
  await expect(readIdx(place)).rejects.toThrow(place);
});

test('a file that is not there is unreadable', async () => {
  await expect(readIdx(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'unreadable' });
});
