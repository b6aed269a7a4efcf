import { otherTheme } from '../../../src/dashboard/shell/theme.ts';

test.each([
  ['system', true, 'light'],
  ['system', false, 'dark'],
  ['dark', false, 'light'],
  ['light', true, 'dark'],
] as const)('the theme %s on a device that is dark (%s) becomes %s', (theme, isDark, other) => {
  expect(otherTheme(theme, isDark)).toBe(other);
});
