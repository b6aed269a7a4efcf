/** What people and programs may be, each including what those before it may do. */
export const userRoles = ['viewer', 'operator', 'admin'] as const;
export type UserRole = (typeof userRoles)[number];

/** The least role that may use a route. */
export const roles = ['anyone', ...userRoles] as const;
export type Role = (typeof roles)[number];

const rankOf = (role: Role): number => roles.indexOf(role);

/** Whether somebody with this role (undefined: nobody known) may do what needs at least `least`. */
export const mayDo = (role: UserRole | undefined, least: Role): boolean => rankOf(role ?? 'anyone') >= rankOf(least);

/** The lesser of two. */
export const leastOf = (one: UserRole, other: UserRole): UserRole => (rankOf(one) < rankOf(other) ? one : other);
