import { TransportReader } from '../../src/camera/transport-stream.ts';
import { pat, pmt, picture, streamTypes } from '../support/transport-stream.ts';

const kinds = (reader: TransportReader, bytes: Uint8Array) =>
  reader.push(bytes).map(({ begins, bytes: { length } }) => [begins, length / 188]);

test('cuts at the beginnings of pictures, and names those that can be decoded by themselves', () => {
  const reader = new TransportReader();
  const stream = Buffer.concat([
    pat(),
    pmt(streamTypes.h264),
    picture('key', 3),
    picture('picture', 2),
    picture('key', 1),
  ]);
  expect(kinds(reader, stream)).toEqual([
    [undefined, 2],
    ['key', 3],
    ['picture', 2],
    ['key', 1],
  ]);
  expect(reader.codec).toBe('h264');
  expect(Buffer.from(reader.tables!)).toEqual(Buffer.concat([pat(), pmt(streamTypes.h264)]));
});

test('chunks cut anywhere give the same bytes and the same beginnings', () => {
  const stream = Buffer.concat([
    pat(),
    pmt(streamTypes.hevc),
    picture('key', 3),
    picture('picture', 2),
    picture('key', 1),
  ]);
  for (const size of [1, 7, 187, 189, 400]) {
    const reader = new TransportReader();
    const runs = [];
    for (let at = 0; at < stream.length; at += size) runs.push(...reader.push(stream.subarray(at, at + size)));
    expect(Buffer.concat(runs.map(({ bytes }) => bytes))).toEqual(stream);
    expect(runs.flatMap(({ begins }) => begins ?? [])).toEqual(['key', 'picture', 'key']);
    expect(reader.codec).toBe('hevc');
  }
});

test('bytes before a packet are skipped', () => {
  const reader = new TransportReader();
  expect(
    kinds(reader, Buffer.concat([Buffer.from('rubbish'), pat(), pmt(streamTypes.h264), picture('key', 1)])),
  ).toEqual([
    [undefined, 2],
    ['key', 1],
  ]);
});

test('a codec that no browser plays is said to be another', () => {
  const reader = new TransportReader();
  reader.push(Buffer.concat([pat(), pmt(0x06)]));
  expect(reader.codec).toBe('other');
});

test('before the tables there is no codec, and nothing begins', () => {
  const reader = new TransportReader();
  expect(kinds(reader, picture('key', 2))).toEqual([[undefined, 2]]);
  expect([reader.codec, reader.tables]).toEqual([undefined, undefined]);
});

test('tables that say nonsense are ignored', () => {
  const reader = new TransportReader();
  for (const broken of [pat(), pmt(0x1b)]) {
    broken[4] = 255;
    reader.push(broken);
  }
  expect([reader.codec, reader.tables]).toEqual([undefined, undefined]);
});
