import { imageScore, usualFindings } from '../../src/task/image-score.ts';

/** Spots of -2..0 and lines of -4..-3.5. */
const normal = Array.from({ length: 21 }, (_, at) => ({ spot: -2 + at / 10, line: -4 + at / 40 }));

test('the median of normal images is 0 and their 90 % quantile 1, of spots as of lines', () => {
  const usual = usualFindings(normal);
  expect(imageScore(normal[10]!, usual)).toBeCloseTo(0);
  expect(imageScore(normal[18]!, usual)).toBeCloseTo(1);
});

test('an image is as unusual as the more unusual of its findings', () => {
  const usual = usualFindings(normal);
  const line = { spot: -2, line: -3 };
  const spot = { spot: 3, line: -4 };
  expect(imageScore(line, usual)).toBeCloseTo((-3 + 3.75) / 0.2);
  expect(imageScore(spot, usual)).toBeCloseTo((3 + 1) / 0.8);
});

test('normal images that are all alike leave a score that is finite', () => {
  const usual = usualFindings(normal.slice(0, 1));
  expect(imageScore(normal[0]!, usual)).toBe(0);
  expect(imageScore({ spot: -1, line: -4 }, usual)).toBeCloseTo(10);
});
