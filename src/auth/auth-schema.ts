import * as z from 'zod';

import { userRoles } from './role.ts';

/** What users and passwords may be, in the API and on the command line. */

const nameExpected = 'a name of 1 to 64 small letters, digits and . _ @ -, beginning with a letter or a digit';
export const userName = z.string(nameExpected).regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/, nameExpected);

export const shortestPassword = 10;
const passwordExpected = `a password of ${shortestPassword} to 256 characters`;
export const newPassword = z
  .string(passwordExpected)
  .min(shortestPassword, passwordExpected)
  .max(256, passwordExpected);

export const userRole = z.enum(userRoles, `one of ${userRoles.join(', ')}`);
