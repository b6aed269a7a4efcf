import * as z from 'zod';

/** What the schemas of a pipeline file are made of. Every leaf's error message is a noun phrase that completes "expected ...". */

export const number = (min: number, max: number, expected = `a number from ${min} to ${max}`) =>
  z.number(expected).min(min, expected).max(max, expected);

export const integer = (min: number, max: number, expected = `a whole number from ${min} to ${max}`) =>
  z.int(expected).min(min, expected).max(max, expected);

export const choice = <const Name extends string>(names: readonly Name[]) =>
  z.enum(names, `one of ${names.join(', ')}`);

export const flag = z.boolean('true or false');
export const group = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, 'a group of keys');

export const fraction = number(0, 1);
export const folder = z.string('the path of a folder').min(1, 'the path of a folder');
