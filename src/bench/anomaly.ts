import { parseArgs } from 'node:util';

import { ConfigError, messageOf } from '../core/errors.ts';

/** What every part gets. */
export interface AnomalyBenchOptions {
  /** The folder of research data. */
  readonly data: string;
  readonly seed: number;
  /** Minutes of each training; a part has its own default. */
  readonly minutes: number | undefined;
  /** Hours of the simulator's life. */
  readonly hours: number;
}

/** Figures of one part; percentages are written as such, everything else in the unit of its name. */
export type Part = (options: AnomalyBenchOptions) => Promise<Readonly<Record<string, unknown>>>;

const parts: Readonly<Record<string, () => Promise<Part>>> = {
  ped2: async () => (await import('./anomaly-ped2.ts')).ped2,
  mnist: async () => (await import('./anomaly-mnist.ts')).mnist,
  tiles: async () => (await import('./anomaly-tiles.ts')).tiles,
  colour: async () => (await import('./anomaly-colour.ts')).colour,
  conditions: async () => (await import('./anomaly-conditions.ts')).conditions,
  simulator: async () => (await import('./anomaly-simulator.ts')).simulator,
};

/**
 * Quality of everything that is learned, from training on: `--data DIR`, `--only PART` for one, `--seed`, `--minutes` of
 * training, `--hours` of the simulator. A part that fails is named and the others still run; the exit status is then 1.
 */
export const anomalyBench = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: '../shared/data' },
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      hours: { type: 'string', default: '8' },
    },
  });
  const { only } = values;
  if (only !== undefined && !(only in parts))
    throw new ConfigError('invalid', `Expected --only to be one of ${Object.keys(parts).join(', ')}, got "${only}"`);
  const options = {
    data: values.data,
    seed: Number(values.seed),
    minutes: values.minutes === undefined ? undefined : Number(values.minutes),
    hours: Number(values.hours),
  };
  const results: Record<string, unknown> = { bench: 'anomaly', seed: options.seed };
  for (const [name, load] of Object.entries(parts)) {
    if (only !== undefined && name !== only) continue;
    try {
      console.error(`anomaly: ${name}`);
      results[name] = await (await load())(options);
    } catch (error) {
      results[name] = { error: messageOf(error) };
      process.exitCode = 1;
    }
  }
  console.log(JSON.stringify(results));
};
