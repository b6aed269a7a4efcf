import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { normalFootageIn, openAlertStore } from '../../src/alert/alert-store.ts';
import { footageChunks } from '../../src/alert/footage-file.ts';
import { readNormalFootage } from '../../src/pipeline/normal-footage.ts';
import { tinySet } from '../learn/tiny-set.ts';
import { alertOf } from '../support/alert-of.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-normal-'));
});
afterEach(async () => rm(folder, { recursive: true }));

const like = tinySet(40);
const footage = (framesPerSecond: number, width = 8) => ({
  width,
  height: 8,
  format: 'gray' as const,
  framesPerSecond,
  frames: [1, 2, 3].map((level) => new Uint8Array(8 * width).fill(level)),
});
const write = async (name: string, ...given: Parameters<typeof footage>): Promise<string> => {
  const file = path.join(folder, name);
  await writeFile(file, Buffer.concat(footageChunks(footage(...given))));
  return file;
};

test('alerts become clips of their own; frames that were thinned are no neighbours; another picture size is left out', async () => {
  const files = [await write('a', 4), await write('thinned', 2), await write('wide', 4, 16)];
  const set = (await readNormalFootage(files, like))!;
  expect(set.count).toBe(6);
  expect(Array.from({ length: 6 }, (_, index) => set.continues(index))).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(await readNormalFootage([], like)).toBeUndefined();
});

test('what was judged normal is found without disturbing the alerts that go on', () => {
  expect(normalFootageIn(folder, 'door')).toEqual([]);
  const store = openAlertStore(folder);
  try {
    for (const id of ['a', 'b']) {
      store.save(alertOf(id));
      store.saveFootage({ id, camera: 'door' }, footage(4));
    }
    store.setVerdict('a', 'normal');
    store.setVerdict('b', 'real');
    expect(normalFootageIn(folder, 'door')).toEqual([path.join(folder, 'footage', 'a.frames')]);
    expect(normalFootageIn(folder, 'yard')).toEqual([]);
    expect(store.get('a')?.endAt).toBeNull();
  } finally {
    store.close();
  }
});

test('a file that cannot be read is left out and told of, and the others are read', async () => {
  const notes: string[] = [];
  const files = [path.join(folder, 'gone'), await write('a', 4)];
  const set = await readNormalFootage(files, like, (note) => notes.push(note));
  expect(set?.count).toBe(3);
  expect(notes).toEqual([expect.stringMatching(/left out: .*gone: expected a readable footage file, found ENOENT/)]);
});
