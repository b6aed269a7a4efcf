/** The value of each parameter of a filter. */
export type Settings = Readonly<Record<string, number | string>>;

/** How one of ffmpeg's denoising filters is used, and which parameters are tuned. */
export interface Filter {
  readonly name: string;
  /** Whether it gives a picture without having seen a later one: what a live view needs. */
  readonly causal: boolean;
  /** What is fed to it, so that nothing is converted: hqdn3d and owdenoise take no gray. */
  readonly format: 'gray' | 'yuv420p';
  readonly graph: (settings: Settings) => string;
  /** Numbers that are searched from where they begin, by factors. */
  readonly start: (sigma: number) => Settings;
  readonly limits: Readonly<Record<string, readonly [least: number, most: number]>>;
  /** Whole numbers among them; `odd` ones are odd. */
  readonly whole?: Readonly<Record<string, 'any' | 'odd'>>;
  /** Choices that are tried one after the other. */
  readonly choices: Readonly<Record<string, readonly (number | string)[]>>;
  /** Slow ones look at few pictures of a clip, and are tuned on their middle. */
  readonly frames: { readonly tune: number; readonly bench: number; readonly tuneOnMiddle?: boolean };
  /** True when pictures are independent of each other: then those looked at are spread over the clip. */
  readonly spatial: boolean;
}

const listed = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`)
    .join(':');

const lumaOf = (graph: string): string => `${graph},extractplanes=y`;

const fft = (name: string, next: 0 | 1): Filter => ({
  name,
  causal: next === 0,
  format: 'gray',
  graph: (settings) => `fftdnoiz=${listed(settings)}`,
  start: (sigma) => ({ sigma, prev: 1, next }),
  limits: { sigma: [0.1, 100] },
  choices: {
    block: [32, 16],
    overlap: [0.75],
    ...(next === 0 && { overlap: [0.75, 0.5], prev: [1, 0], method: ['wiener', 'hard'] }),
  },
  frames: next === 0 ? { tune: 12, bench: 100 } : { tune: 6, bench: 20 },
  spatial: false,
});

export const filters: readonly Filter[] = [
  {
    name: 'hqdn3d',
    causal: true,
    format: 'yuv420p',
    graph: (settings) => lumaOf(`hqdn3d=${listed({ ...settings, chroma_spatial: 1, chroma_tmp: 1 })}`),
    start: (sigma) => ({ luma_spatial: 2 * sigma, luma_tmp: 4 * sigma }),
    limits: { luma_spatial: [0.01, 250], luma_tmp: [0.01, 250] },
    choices: {},
    frames: { tune: 100, bench: 100 },
    spatial: false,
  },
  {
    // A window of frames before and after each.
    name: 'atadenoise',
    causal: false,
    format: 'gray',
    graph: (settings) => `atadenoise=${listed(settings)}`,
    start: (sigma) => ({ '0a': Math.min(0.3, sigma / 60), '0b': Math.min(5, sigma / 8), s: 33, '0s': 32_000 }),
    limits: { '0a': [0.001, 0.3], '0b': [0.001, 5], s: [5, 65], '0s': [0.1, 32_000] },
    whole: { s: 'odd' },
    choices: { a: ['s', 'p'] },
    frames: { tune: 100, bench: 100 },
    spatial: false,
  },
  {
    name: 'nlmeans',
    causal: true,
    format: 'gray',
    graph: (settings) => `nlmeans=${listed(settings)}`,
    start: (sigma) => ({ s: Math.min(30, Math.max(1, sigma / 2.5)), p: 5, r: 15 }),
    limits: { s: [1, 30], p: [1, 15], r: [3, 31] },
    whole: { p: 'odd', r: 'odd' },
    choices: {},
    frames: { tune: 3, bench: 10 },
    spatial: true,
  },
  {
    name: 'vaguedenoiser',
    causal: true,
    format: 'gray',
    graph: (settings) => `vaguedenoiser=${listed(settings)}`,
    start: (sigma) => ({ threshold: sigma * 1.5, percent: 100 }),
    limits: { threshold: [0.01, 500], percent: [10, 100] },
    choices: { method: ['garrote', 'soft', 'hard'], nsteps: [6, 5, 4, 3], type: ['universal', 'bayes'] },
    frames: { tune: 10, bench: 100 },
    spatial: true,
  },
  {
    name: 'owdenoise',
    causal: true,
    format: 'yuv420p',
    graph: (settings) => lumaOf(`owdenoise=${listed({ ...settings, chroma_strength: 1 })}`),
    start: (sigma) => ({ luma_strength: sigma * 1.5 }),
    limits: { luma_strength: [0.1, 1000] },
    choices: { depth: [8, 10] },
    frames: { tune: 1, bench: 10, tuneOnMiddle: true },
    spatial: true,
  },
  fft('fftdnoiz', 0),
  fft('fftdnoiz with next', 1),
  {
    // Both steps of BM3D: the first one's pictures guide the second's. Groups of one block: with more, the filter of
    // ffmpeg 5.1 hardly takes anything away, whatever the strength (sigma 20, PETS: 22.7 dB of 22.2, or 28.1 at
    // strength 800; now 30.4).
    name: 'bm3d',
    causal: true,
    format: 'gray',
    graph: ({ sigma = 1, hdthr = 2.7, second = 1, ...settings }) =>
      `split[a][b];[a]bm3d=${listed({ ...settings, sigma, hdthr })}[c];[b][c]bm3d=${listed({ ...settings, sigma: second })}:estim=final:ref=1`,
    start: (sigma) => ({ sigma: 4 * sigma, second: 4 * sigma, hdthr: 2.7 }),
    limits: { sigma: [0.1, 2000], second: [0.1, 2000], hdthr: [1, 5] },
    choices: { bstep: [2] },
    frames: { tune: 1, bench: 3, tuneOnMiddle: true },
    spatial: true,
  },
];

/** The numbers of the frames that a filter is shown of a clip of `count`. */
export const shownFrames = ({ spatial }: Filter, count: number, wanted: number): readonly number[] => {
  const shown = Math.min(count, wanted);
  return Array.from({ length: shown }, (_, at) => (spatial ? Math.floor(((at + 0.5) * count) / shown) : at));
};

/** By filter, clip and kind of noise. */
export type SettingsTable = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Settings>>>>>>;

/** Filters that are also compared on compressed noise. */
export const comparedOnCompressed: readonly string[] = ['hqdn3d', 'nlmeans'];
