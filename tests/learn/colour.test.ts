import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DataError } from '../../src/core/errors.ts';
import { chromaAt } from '../../src/core/luma.ts';
import { colourFrames, colouredPart, halfChroma, sceneChroma } from '../../src/learn/colour-footage.ts';
import { DataSetCollector } from '../../src/learn/data-set.ts';
import type { DataSet } from '../../src/learn/data-set.ts';
import { evaluationDefaults } from '../../src/learn/learn-and-evaluate.ts';
import { withLearned } from '../../src/learn/with-learned.ts';
import { runTask } from '../../src/learn/run-task.ts';
import { openTask } from '../../src/task/open-task.ts';

const [width, height] = [16, 16];
/** Left half red, right half blue; a green square 4 x 4, brighter, walks from left to right. */
const picture = (step: number, isGray = false): Uint8Array => {
  const data = new Uint8Array(width * height * 3);
  const left = step % 13;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isSquare = y >= 6 && y < 10 && x >= left && x < left + 4;
      const colour = isSquare ? [80, 255, 80] : x < 8 ? [140, 40, 40] : [40, 40, 140];
      data.set(isGray ? [100, 100, 100] : colour, 3 * (y * width + x));
    }
  return data;
};
const footage = (count: number, isGray: (step: number) => boolean = () => false): DataSet => {
  const collector = new DataSetCollector({ width, height, format: 'rgb24' }, 5);
  for (let step = 0; step < count; step++) collector.add({ data: picture(step, isGray(step)) });
  return collector.finish('test');
};

test('chroma at half size is the mean of four pixels, blue differences first', () => {
  const chroma = halfChroma(picture(0), { width, height });
  expect(chroma).toHaveLength(2 * 8 * 8);
  const [cb, cr] = chromaAt(Uint8Array.of(140, 40, 40), 0);
  expect(chroma[0]).toBeCloseTo(cb, 3);
  expect(chroma[64]).toBeCloseTo(cr, 3);
});

test("the scene's chroma is without the passer-by: it moves a place by a level at most", () => {
  const scene = sceneChroma(footage(52));
  const empty = halfChroma(picture(0), { width, height });
  // Row 0, where nobody walks, and row 4, column 2, where somebody does.
  expect(scene[0]).toBeCloseTo(empty[0]!, 3);
  expect(Math.abs(scene[4 * 8 + 2]! - empty[2]!)).toBeGreaterThan(0.1);
  expect(Math.abs(scene[4 * 8 + 2]! - empty[2]!)).toBeLessThan(1);
});

test("the scene's chroma is the mean of what a codec's chroma jumps between, not the more frequent of the two", () => {
  const blue = (step: number): Uint8Array =>
    new Uint8Array(width * height * 3).map((_, at) => (at % 3 === 2 && step % 3 === 0 ? 104 : 100));
  const collector = new DataSetCollector({ width, height, format: 'rgb24' }, 5);
  for (let step = 0; step < 60; step++) collector.add({ data: blue(step) });
  // Cb of 104 blue beside 100 is 2; a third of the frames has it.
  expect(sceneChroma(collector.finish('test'))[0]).toBeCloseTo(2 / 3, 1);
});

test('only frames in colour teach; footage without enough of them is refused', () => {
  const mixed = colourFrames(
    footage(100, (step) => step >= 60),
    'door',
  );
  expect(mixed.count).toBe(60);
  expect(() =>
    colourFrames(
      footage(100, (step) => step >= 30),
      'door',
    ),
  ).toThrow(/door: expected at least 40 frames in colour to learn colours from, found 30 of 100/);
  expect(() => colourFrames({ ...footage(40), format: 'gray' }, 'door')).toThrow(DataError);
});

test('a learned model gives a gray picture the colours of the scene and of who passes, and keeps its brightness', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-colour-'));
  const options = {
    ...evaluationDefaults,
    task: 'colorize',
    architecture: 'strided',
    noise: 0,
    seed: 1,
    maxMinutes: 0.12,
    source: 'test',
  } as const;
  try {
    const { red, square } = await withLearned(footage(78), options, async ({ model, card }, engine) => {
      expect(card).toMatchObject({ task: 'colorize', architecture: 'colorizer' });
      const session = await engine.load(model);
      const truth = picture(6);
      const gray = truth.map((_, at) => {
        const pixel = at - (at % 3);
        return Math.round(0.299 * truth[pixel]! + 0.587 * truth[pixel + 1]! + 0.114 * truth[pixel + 2]!);
      });
      const frame = { width, height, format: 'rgb24', data: gray, capturedAt: 0 } as const;
      const { colorized } = await runTask(session, openTask(card, {})!, frame);
      await session.release();
      const at = (x: number, y: number): number[] => [
        ...colorized!.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
      ];
      return { red: at(2, 2), square: at(8, 8) };
    });
    const luma = ([r = 0, g = 0, b = 0]: readonly number[]): number => 0.299 * r + 0.587 * g + 0.114 * b;
    expect(red[0]).toBeGreaterThan(red[2]! + 60);
    expect(luma(red)).toBeCloseTo(luma([140, 40, 40]), -1);
    expect(square[1]).toBeGreaterThan(square[0]! + 60);
    expect(square[1]).toBeGreaterThan(square[2]! + 60);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('of footage that was judged normal only what is in colour teaches', () => {
  const part = colouredPart(footage(50, (step) => step < 45));
  expect([part.count, part.origin]).toEqual([5, [45, 46, 47, 48, 49]]);
  expect(colouredPart(footage(50, () => true)).count).toBe(0);
});
