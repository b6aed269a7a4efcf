import { substitute } from '../../src/config/environment.ts';

test.each([
  ['plain $HOME $$ {X}', 'plain $HOME $$ {X}'],
  ['${A}-${B:-b}', 'one-b'],
  ['${A:-other}', 'one'],
  ['${EMPTY}', ''],
  ['${EMPTY:-full}', 'full'],
  ['${UNSET:-}', ''],
  ['$${A} $$${A}', '${A} $${A}'],
])('%s becomes %s', (source, text) => {
  expect(substitute(source, { A: 'one', EMPTY: '' })).toMatchObject({ text, problems: [] });
});

test('does not look for references in what it has filled in', () => {
  expect(substitute('${A}', { A: '${B}', B: 'no' }).text).toBe('${B}');
});

test('remembers values, but not defaults, as secrets', () => {
  expect([...substitute('${A}${B:-b}', { A: 'one' }).secrets]).toEqual([['A', 'one']]);
});
