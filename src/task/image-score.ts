import type { Findings } from './defect-map.ts';
import { quantile, tailQuantile } from './threshold.ts';

/** What is usual for one kind of finding in normal images. */
interface Usual {
  readonly median: number;
  /** From the median to the 90 % quantile. */
  readonly spread: number;
}
export type UsualFindings = Readonly<Record<keyof Findings, Usual>>;

/** In units of log odds: where normal images hardly differ, less than this is no difference. */
const leastSpread = 0.1;

/** Of at least one normal image that was not trained on. */
export const usualFindings = (normal: readonly Findings[]): UsualFindings => {
  const usual = (kind: keyof Findings): Usual => {
    const sorted = Float64Array.from(normal, (found) => found[kind]).sort();
    const median = quantile(sorted, 0.5);
    return { median, spread: Math.max(leastSpread, quantile(sorted, tailQuantile) - median) };
  };
  return { spot: usual('spot'), line: usual('line') };
};

/** The score of an image: the more unusual of its findings. 0 is the median of normal images, 1 their 90 % quantile. */
export const imageScore = (found: Findings, usual: UsualFindings): number =>
  Math.max(...(['spot', 'line'] as const).map((kind) => (found[kind] - usual[kind].median) / usual[kind].spread));
