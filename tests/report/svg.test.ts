import { escape, plot, short, ticks } from '../../src/report/svg.ts';

test('ticks of a linear axis are round numbers within it', () => {
  expect(ticks({ min: 0, max: 1 })).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks({ min: -0.3, max: 2.4 })).toEqual([0, 1, 2]);
});

test('ticks of a logarithmic axis are powers of ten, fewer when there are many, and round numbers below two decades', () => {
  expect(ticks({ min: 0.18, max: 0.62, log: true })).toEqual([0.2, 0.3, 0.4, 0.5, 0.6]);
  expect(ticks({ min: 0.0005, max: 1, log: true })).toEqual([0.001, 0.01, 0.1, 1]);
  expect(ticks({ min: 1e-9, max: 1, log: true }).length).toBeLessThanOrEqual(6);
});

test('text of a user cannot become markup', () => {
  expect(escape(`<b a="1">&'`)).toBe('&#60;b a=&#34;1&#34;&#62;&#38;&#39;');
});

test.each([
  [0, '0'],
  [1234.5, '1230'],
  [0.000012, '1e-5'],
])('%d is written short as %s', (value, text) => expect(short(value)).toBe(text));

test('a plot says in words what it shows, and puts its points between its axes', () => {
  const svg = plot({
    title: 'Score',
    text: 'It rises.',
    x: { label: 'frame', min: 0, max: 10 },
    y: { label: 'score', min: 0, max: 1 },
    marks: [{ type: 'line', color: 'first', points: [[0, 0], [10, 1]] }], // prettier-ignore
  });
  expect(svg).toContain('role="img" aria-label="Score. It rises."');
  expect(svg).toContain('points="52.0,236.0 448.0,12.0"');
});
