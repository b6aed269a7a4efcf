import { execFileSync } from 'node:child_process';

import { createAccessUnitDemuxer, type AccessUnit } from '../../src/simulate/access-unit.ts';
import type { ParameterSets } from '../../src/video/avc.ts';

const pattern = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=10:duration=3'];
const encode = (...options: string[]): Buffer =>
  execFileSync('ffmpeg', [...pattern, '-c:v', 'libx264', '-g', '10', '-pix_fmt', 'yuv420p', ...options, 'pipe:1']);

const demux = (data: Buffer, chunkBytes: () => number): { units: AccessUnit[]; sets: ParameterSets[] } => {
  const [units, sets]: [AccessUnit[], ParameterSets[]] = [[], []];
  const feed = createAccessUnitDemuxer({
    onParameterSets: (set) => sets.push(set),
    onAccessUnit: (unit) => units.push(unit),
  });
  for (let at = 0; at < data.length;) {
    const end = at + chunkBytes();
    feed(data.subarray(at, end));
    at = end;
  }
  return { units, sets };
};

test('pictures are the same however the stream is cut', () => {
  const flv = encode('-f', 'flv');
  const whole = demux(flv, () => flv.length);
  let size = 1;
  for (const cut of [() => 1, () => 13, () => (size = (size * 7919) % 4093)]) expect(demux(flv, cut)).toEqual(whole);
  expect(whole.sets).toHaveLength(1);
  expect(whole.units).toHaveLength(30);
  expect(whole.units.flatMap(({ keyFrame }, index) => (keyFrame ? [index] : []))).toEqual([0, 10, 20]);
});

test('key frames begin with the parameter sets, and other pictures do not', () => {
  const flv = encode('-f', 'flv');
  const { units } = demux(flv, () => 4096);
  for (const { keyFrame, nals } of units) {
    const types = nals.map((nal) => (nal[0] ?? 0) & 31);
    expect(types.slice(0, 2)).toEqual(keyFrame ? [7, 8] : types.slice(0, 2));
    expect(types.includes(7)).toBe(keyFrame);
    expect(types.at(-1)).toBe(keyFrame ? 5 : 1);
  }
});

test('times to decode rise evenly, and times to show follow the order of showing', () => {
  const { units } = demux(encode('-bf', '2', '-f', 'flv'), () => 1000);
  expect(units.slice(1).map(({ decodeMs }, index) => decodeMs - (units[index]?.decodeMs ?? 0))).toEqual(
    Array(29).fill(100),
  );
  const shown = units.map(({ presentMs }) => presentMs);
  expect(shown).not.toEqual(shown.toSorted((a, b) => a - b));
  expect(new Set(shown).size).toBe(30);
});
