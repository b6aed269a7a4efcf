import { quantileOf } from '../task/threshold.ts';

export const median = (values: readonly number[]): number => quantileOf(values, 0.5);

/** Four significant digits are more than any of these machines can repeat. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
