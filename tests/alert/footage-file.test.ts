import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { footageChunks, readAlertFootage } from '../../src/alert/footage-file.ts';

let file: string;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'nightjar-footage-')), 'a.frames');
});
afterEach(() => rmSync(path.dirname(file), { recursive: true }));

test.each(['gray', 'rgb24'] as const)('%s footage is read as it was written', async (format) => {
  const size = 3 * 2 * (format === 'gray' ? 1 : 3);
  // 10 is the end of a line: the first one in the file ends the header, no other does.
  const frames = [Uint8Array.from({ length: size }, (_, index) => index), new Uint8Array(size).fill(10)];
  const footage = { width: 3, height: 2, format, framesPerSecond: 12.5, frames };
  writeFileSync(file, Buffer.concat(footageChunks(footage)));
  const read = await readAlertFootage(file);
  expect({ ...read, frames: read.frames.map((frame) => [...frame]) }).toEqual({
    ...footage,
    frames: frames.map((frame) => [...frame]),
  });
});

test('a file that is not there is a StoreError that names it', async () => {
  await expect(readAlertFootage(file)).rejects.toMatchObject({
    name: 'StoreError',
    code: 'unreadable',
    message: `${file}: expected a readable footage file, found ENOENT`,
  });
});

const header = { width: 3, height: 2, format: 'gray', framesPerSecond: 5, count: 2 };
test.each([
  ['an empty file', '', 'unreadable'],
  ['a file of another kind', '\xff\xd8\xff'.repeat(2000), 'unreadable'],
  ['another format', `${JSON.stringify({ ...header, format: 'nv12' })}\n`, 'unreadable'],
  ['a header without end', JSON.stringify(header), 'unreadable'],
  ['a frame too few', `${JSON.stringify(header)}\n123456`, 'mismatch'],
  ['a byte too many', `${JSON.stringify(header)}\n1234561234567`, 'mismatch'],
])('%s is a DataError that names the file', async (_name, content, code) => {
  writeFileSync(file, content, 'latin1');
  await expect(readAlertFootage(file)).rejects.toMatchObject({
    name: 'DataError',
    code,
    message: expect.stringContaining(`${file}: expected`),
  });
});
