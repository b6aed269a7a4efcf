/** The value below which `share` of the values lie; linear between neighbours. NaN without values. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  return below + (position % 1) * ((sorted[Math.ceil(position)] ?? below) - below);
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Four significant digits are more than any of these machines can repeat. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
