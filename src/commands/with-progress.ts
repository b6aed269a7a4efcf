import { progressReporter } from './progress.ts';
import type { Progress } from './progress.ts';
import { stopSignal } from './stop-signal.ts';

/** Work that a command waits for: its progress is shown on stderr until it ends, and Ctrl-C aborts the signal. */
export const withProgress = async <T>(
  name: string,
  work: (watch: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void }) => Promise<T>,
): Promise<T> => {
  const bar = progressReporter((line) => console.error(line));
  const { signal } = stopSignal();
  try {
    return await work({ signal, onProgress: (progress) => bar.report(name, progress) });
  } finally {
    bar.stop();
  }
};
