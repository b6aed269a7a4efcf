import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { normalisePerClip, ratesAtThreshold, readLabels, rocAuc, rocCurve } from '../../src/learn/evaluation.ts';

test.each([
  ['1 when every anomalous frame scores higher', [1, 2, 3, 4], [false, false, true, true], 1],
  ['0 when every anomalous frame scores lower', [4, 3, 2, 1], [false, false, true, true], 0],
  ['half for scores that are all the same', [5, 5, 5, 5], [false, true, false, true], 0.5],
  ['three quarters with one pair of four the wrong way round', [0.1, 0.4, 0.35, 0.8], [false, false, true, true], 0.75],
  ['a tie counted half', [1, 2, 2, 3], [false, false, true, true], 0.875],
])('the area under the ROC curve is %s', (_name, scores, labels, expected) => {
  expect(rocAuc(scores, labels)).toBe(expected);
});

test('the area is the share of pairs in the right order, ties half', () => {
  const scores = Array.from({ length: 60 }, (_, index) => (index * 37) % 23);
  const labels = scores.map((_, index) => index % 3 === 0);
  let right = 0;
  let pairs = 0;
  for (const [one, high] of scores.entries()) {
    for (const [other, low] of scores.entries()) {
      if (!labels[one] || labels[other]) continue;
      pairs++;
      right += high > low ? 1 : high === low ? 0.5 : 0;
    }
  }
  expect(rocAuc(scores, labels)).toBeCloseTo(right / pairs, 12);
});

test('frames of one kind only, or a label too few, are refused', () => {
  expect(() => rocAuc([1, 2], [true, true])).toThrow(expect.objectContaining({ code: 'too-few' }));
  expect(() => rocAuc([1, 2], [true])).toThrow(expect.objectContaining({ code: 'mismatch' }));
});

test('a clip is brought to 0..1 by its own extremes, and a constant one to 0', () => {
  expect(normalisePerClip([2, 4, 3])).toEqual([0, 1, 0.5]);
  expect(normalisePerClip([7, 7])).toEqual([0, 0]);
  expect(normalisePerClip([])).toEqual([]);
});

describe('labels', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-labels-'));
  const file = path.join(folder, 'labels.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (content: unknown, frameCounts: Record<string, number>) => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readLabels(file, new Map(Object.entries(frameCounts)));
  };

  test('a range counts from 1 and includes both ends; a clip may have several, or none', async () => {
    const labels = await read(
      {
        note: 'free text',
        clips: {
          '01': [2, 3],
          '02': [
            [1, 1],
            [3, 4],
          ],
          '03': [],
        },
      },
      { '01': 4, '02': 4, '03': 2 },
    );
    expect([...labels]).toEqual([
      ['01', [false, true, true, false]],
      ['02', [true, false, true, true]],
      ['03', [false, false]],
    ]);
  });

  test.each([
    ['a clip without frames', { '01': [1, 2], '02': [1, 2] }, { '01': 4 }, 'clip 02 has labels but no frames'],
    ['a clip without labels', { '01': [1, 2] }, { '01': 4, '02': 4 }, 'clip 02 has frames but no labels'],
    ['too few frames', { '01': [3, 5] }, { '01': 4 }, 'clip 01 has 4 frames, but frames 3 to 5 are labelled'],
  ])('%s is a mismatch that says so', async (_name, clips, frameCounts, message) => {
    await expect(read({ clips }, frameCounts as Record<string, number>)).rejects.toMatchObject({
      code: 'mismatch',
      message: `${file}: ${message}`,
    });
  });

  test.each([
    ['no JSON', '{'],
    ['no clips', { frames: [] }],
    ['a frame 0', { clips: { '01': [0, 3] } }],
    ['a range the wrong way round', { clips: { '01': [5, 3] } }],
  ])('a file with %s is unreadable', async (_name, content) => {
    await expect(read(content, { '01': 9 })).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining(file),
    });
  });

  test('a file that is not there is unreadable', async () => {
    await expect(readLabels(path.join(folder, 'none.json'), new Map())).rejects.toMatchObject({ code: 'unreadable' });
  });
});

test('the ROC curve goes through every score once, ties in one step', () => {
  expect(rocCurve([3, 2, 2, 1], [true, true, false, false])).toEqual([
    [0, 0],
    [0, 0.5],
    [0.5, 1],
    [1, 1],
  ]);
});

test('the rates at the threshold are those of each kind of frame, 1 included', () => {
  expect(ratesAtThreshold([1, 0.9, 2, 0.5], [true, true, false, true])).toEqual({
    falsePositiveRate: 1,
    truePositiveRate: 1 / 3,
  });
});
