import { createPacketizer } from '../../src/video/rtp.ts';

/** A NAL unit with a header and recognisable bytes. */
const nal = (type: number, length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (index === 0 ? 0x60 | type : (index * 7 + type) & 255)));

/** The receiving side of RFC 6184, sections 5.6 to 5.8. */
const depacketize = (packets: readonly Buffer[]): Buffer[] => {
  const nals: Buffer[] = [];
  let parts: Buffer[] = [];
  for (const packet of packets) {
    const payload = packet.subarray(12);
    const [first = 0, second = 0] = payload;
    if ((first & 31) === 24) {
      for (let at = 1; at < payload.length; at += 2 + payload.readUInt16BE(at))
        nals.push(payload.subarray(at + 2, at + 2 + payload.readUInt16BE(at)));
    } else if ((first & 31) === 28) {
      if ((second & 0x80) !== 0) parts = [Buffer.from([(first & 0xe0) | (second & 31)])];
      parts.push(payload.subarray(2));
      if ((second & 0x40) !== 0) nals.push(Buffer.concat(parts));
    } else nals.push(payload);
  }
  return nals;
};

test.each([
  ['a single small unit', [nal(1, 300)], [1]],
  ['parameter sets and a small picture in one packet', [nal(7, 24), nal(8, 6), nal(5, 900)], [24]],
  ['a large picture in fragments', [nal(5, 5000)], [28, 28, 28, 28]],
  ['parameter sets before a large picture', [nal(7, 24), nal(8, 6), nal(5, 3000)], [24, 28, 28, 28]],
  ['a unit of exactly one payload', [nal(1, 1400)], [1]],
  ['a unit of one byte more', [nal(1, 1401)], [28, 28]],
  ['several slices', [nal(1, 800), nal(1, 800), nal(1, 300)], [1, 24]],
])('%s arrives as it was sent', (_name, nals, types) => {
  const packets = createPacketizer().packetize(nals, 4500);
  expect(packets.map((packet) => (packet[12] ?? 0) & 31)).toEqual(types);
  expect(depacketize(packets)).toEqual(nals);
  for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(1412);
});

test('only the last packet of a picture has the marker, and sequence numbers go on across pictures', () => {
  const packetizer = createPacketizer();
  const pictures = [packetizer.packetize([nal(5, 4000)], 2 ** 32 + 90), packetizer.packetize([nal(1, 100)], 180)];
  for (const packets of pictures)
    expect(packets.map((packet) => (packet[1] ?? 0) >> 7)).toEqual(
      packets.map((_, i) => (i === packets.length - 1 ? 1 : 0)),
    );
  const sequence = pictures.flat().map((packet) => packet.readUInt16BE(2));
  for (const [index, number] of sequence.slice(1).entries()) expect(number).toBe(((sequence[index] ?? 0) + 1) % 65_536);
  expect(pictures[0]?.[0]?.readUInt32BE(4)).toBe(90);
  expect(pictures[0]?.[0]?.readUInt32BE(8)).toBe(packetizer.ssrc);
});
