import { leastOf, mayDo, roles, userRoles } from '../../src/auth/role.ts';

test('each role may do what those before it may, and somebody unknown what anyone may', () => {
  const table = [undefined, ...userRoles].map((role) => roles.map((least) => mayDo(role, least)));
  expect(table).toEqual([
    [true, false, false, false],
    [true, true, false, false],
    [true, true, true, false],
    [true, true, true, true],
  ]);
});

test('the lesser of two roles is the same either way round', () => {
  expect(leastOf('admin', 'viewer')).toBe('viewer');
  expect(leastOf('viewer', 'admin')).toBe('viewer');
  expect(leastOf('operator', 'operator')).toBe('operator');
});
