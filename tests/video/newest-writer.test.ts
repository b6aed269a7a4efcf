import { NewestWriter } from '../../src/video/newest-writer.ts';

const start = () => {
  const written: number[][] = [];
  const notes: string[] = [];
  let taken = (): void => undefined;
  let drops = 0;
  const writer = new NewestWriter<string>({
    bytes: 2,
    write: (data, onTaken) => {
      written.push([...data]);
      taken = onTaken;
    },
    onWrite: (note) => notes.push(note),
    onDrop: () => drops++,
  });
  return { writer, written, notes, take: () => taken(), drops: () => drops };
};

test('writes at once when nothing is being written', () => {
  const { writer, written, notes, take } = start();
  writer.offer(Uint8Array.of(1, 1), 'a');
  take();
  writer.offer(Uint8Array.of(2, 2), 'b');
  expect([written, notes]).toEqual([
    [
      [1, 1],
      [2, 2],
    ],
    ['a', 'b'],
  ]);
});

test('while one is being written only the newest waits, and the others are dropped', () => {
  const { writer, written, notes, take, drops } = start();
  for (const value of [1, 2, 3, 4]) writer.offer(Uint8Array.of(value, value), `number ${value}`);
  expect(drops()).toBe(2);
  take();
  expect(written).toEqual([
    [1, 1],
    [4, 4],
  ]);
  expect(notes).toEqual(['number 1', 'number 4']);
  take();
  expect(written).toHaveLength(2);
});

test('a picture that is being written is not touched by those that come', () => {
  const held: Uint8Array[] = [];
  const writer = new NewestWriter<undefined>({
    bytes: 1,
    write: (data) => held.push(data),
    onWrite: () => undefined,
    onDrop: () => undefined,
  });
  const pixels = Uint8Array.of(7);
  writer.offer(pixels, undefined);
  pixels.fill(8);
  writer.offer(pixels, undefined);
  writer.offer(pixels, undefined);
  expect(held.map((data) => [...data])).toEqual([[7]]);
});
