import { Argument, Command } from 'commander';

type Bench = (args: readonly string[]) => Promise<void>;

/** The benchmarks by name, loaded when asked for: most need packages or data that nothing else needs. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  pipeline: async () => (await import('../bench/pipeline.ts')).pipelineBench,
  engine: async () => (await import('../bench/engine.ts')).engineBench,
  training: async () => (await import('../bench/training.ts')).trainingBench,
  denoise: async () => (await import('../bench/denoise.ts')).denoiseBench,
  anomaly: async () => (await import('../bench/anomaly.ts')).anomalyBench,
  liveview: async () => (await import('../bench/liveview.ts')).liveviewBench,
  'denoised-live': async () => (await import('../bench/denoised-live.ts')).denoisedLiveBench,
  dashboard: async () => (await import('../bench/dashboard.ts')).dashboardBench,
  'soak-camera': async () => (await import('../bench/soak-camera.ts')).soakCamera,
  'soak-viewer': async () => (await import('../bench/soak-viewer.ts')).soakViewer,
};

export const benchCommand = (): Command =>
  new Command('bench')
    .description('measure, and print the figures as one JSON line last')
    .addArgument(new Argument('<name>', 'what to measure').choices(Object.keys(benches)))
    .argument('[options...]', "the benchmark's own options, such as --data DIR")
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Examples:
  npm run bench -- engine
  npm run bench -- training --recipe ../shared/recipes
  npm run bench -- pipeline --data ../shared/data
  npm run bench -- liveview --seconds 10`,
    )
    .action(async (name: string, args: string[]) => {
      const bench = await benches[name]?.();
      await bench?.(args);
    });
