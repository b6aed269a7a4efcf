import type { Filter, Settings } from './denoise-filters.ts';

/** PSNR in dB that settings reach. */
export type Score = (settings: Settings) => Promise<number>;

/** Steps of the search, from coarse to fine; what gains less than `least` dB is no gain. */
const factors = [2, 1.4, 1.15, 1.05];
const least = 0.002;

/**
 * The best settings found by going up and down along one parameter after the other, with smaller and smaller steps,
 * after each choice was tried. `from` continues from settings found for other noise.
 */
export const tune = async (
  filter: Filter,
  score: Score,
  from: Settings,
): Promise<{ readonly settings: Settings; readonly psnr: number }> => {
  const first = Object.fromEntries(Object.entries(filter.choices).map(([name, values]) => [name, values[0]!]));
  let settings: Settings = { ...first, ...from };
  let psnr = await score(settings);
  const tried = new Set([JSON.stringify(settings)]);
  const attempt = async (change: Settings): Promise<boolean> => {
    const next = { ...settings, ...change };
    const key = JSON.stringify(next);
    if (tried.has(key)) return false;
    tried.add(key);
    const found = await score(next);
    if (!(found > psnr + least)) return false;
    [settings, psnr] = [next, found];
    return true;
  };
  for (const [round, factor] of factors.entries()) {
    for (const name of Object.keys(filter.limits)) {
      for (const direction of [factor, 1 / factor]) {
        while (await attempt({ [name]: moved(filter, name, settings[name] as number, direction) }));
      }
    }
    if (round > 1) continue;
    for (const [name, values] of Object.entries(filter.choices)) {
      for (const value of values) await attempt({ [name]: value });
    }
  }
  return { settings, psnr };
};

/** A value by a factor away, within the limits; a whole number moves by one step at least. */
const moved = ({ limits, whole }: Filter, name: string, value: number, factor: number): number => {
  const [low, high] = limits[name]!;
  const clamp = (number: number): number => Math.min(high, Math.max(low, number));
  const kind = whole?.[name];
  if (kind === undefined) return Number(clamp(value * factor).toPrecision(4));
  const step = kind === 'odd' ? 2 : 1;
  const steps = Math.max(1, Math.round((Math.abs(factor - 1) * value) / step / 2));
  return clamp(value + Math.sign(factor - 1) * steps * step);
};
