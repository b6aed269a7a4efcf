import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { listImages } from '../../src/camera/image-folder.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nightjar-images-'));
});
afterAll(() => rm(root, { recursive: true }));

const folderOf = async (name: string, files: readonly string[]): Promise<string> => {
  const folder = path.join(root, name);
  await mkdir(folder);
  await Promise.all(files.map((file) => writeFile(path.join(folder, file), '')));
  return folder;
};

test('images come in natural order, and a png beside another image of its name is its mask', async () => {
  const folder = await folderOf('mixed', ['10.jpg', '2.jpg', '2.png', '3.png', 'notes.txt']);
  const { images, masks } = await listImages(folder);
  expect([...images]).toEqual([
    ['2', path.join(folder, '2.jpg')],
    ['3', path.join(folder, '3.png')],
    ['10', path.join(folder, '10.jpg')],
  ]);
  expect([...masks]).toEqual([['2', path.join(folder, '2.png')]]);
});

test('a mask whose file is listed before its image is found too', async () => {
  const folder = await folderOf('late', ['a.png', 'a.webp']);
  const { images, masks } = await listImages(folder);
  expect([...images.values(), ...masks.values()]).toEqual([path.join(folder, 'a.webp'), path.join(folder, 'a.png')]);
});

test.each([
  ['without images', ['notes.txt'], 'empty', /expected images .*, found 1 other files/],
  ['with two images of one name', ['a.bmp', 'a.jpg'], 'mismatch', /one image named a .* found a.bmp and a.jpg/],
  ['with three files of one name', ['a.bmp', 'a.jpg', 'a.png'], 'mismatch', /one image named a/],
] as const)('a folder %s is refused', async (name, files, code, message) => {
  const folder = await folderOf(name, files);
  await expect(listImages(folder)).rejects.toMatchObject({
    name: 'DataError',
    code,
    message: expect.stringMatching(message),
  });
});

test('what is no folder is unreadable', async () => {
  await expect(listImages(path.join(root, 'nowhere'))).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining('nowhere: expected a folder of images'),
  });
});
