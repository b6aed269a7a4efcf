import type { Filter, Settings } from '../../src/bench/denoise-filters.ts';
import { filters, shownFrames } from '../../src/bench/denoise-filters.ts';
import { tune } from '../../src/bench/denoise-tune.ts';

const filter: Filter = {
  ...filters[0]!,
  limits: { strength: [0.1, 100], size: [3, 21] },
  whole: { size: 'odd' },
  choices: { method: ['soft', 'hard'] },
};

test('the search finds the top of a smooth hill, within limits, and the better choice', async () => {
  const asked: Settings[] = [];
  const score = async (settings: Settings): Promise<number> => {
    asked.push(settings);
    const { strength, size, method } = settings as { strength: number; size: number; method: string };
    return 30 - Math.log(strength / 17) ** 2 - 0.01 * (size - 15) ** 2 + (method === 'hard' ? 1 : 0);
  };
  const { settings, psnr } = await tune(filter, score, { strength: 1, size: 7 });
  expect(settings).toMatchObject({ size: 15, method: 'hard' });
  expect(settings['strength']).toBeGreaterThan(16);
  expect(settings['strength']).toBeLessThan(18);
  expect(psnr).toBeCloseTo(31, 1);
  expect(new Set(asked.map((one) => JSON.stringify(one))).size).toBe(asked.length);
});

test('nothing outside the limits is tried', async () => {
  const asked: number[] = [];
  await tune(filter, async ({ strength }) => asked.push(strength as number), { strength: 50, size: 3 });
  expect(Math.max(...asked)).toBeLessThanOrEqual(100);
});

test('pictures that do not depend on each other are spread over the clip', () => {
  expect(shownFrames({ ...filter, spatial: true }, 100, 4)).toEqual([12, 37, 62, 87]);
  expect(shownFrames({ ...filter, spatial: false }, 100, 3)).toEqual([0, 1, 2]);
});
