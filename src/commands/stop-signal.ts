import { InterruptedError } from '../core/errors.ts';

/**
 * The first Ctrl-C or SIGTERM aborts the signal, so that work ends in good order; a second one ends the process at once.
 * Listens for as long as the process lives: execa ends a process with children on a signal that nobody else listens to.
 */
export const stopSignal = (): { readonly signal: AbortSignal; readonly stopped: Promise<void> } => {
  const controller = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    const stop = (name: NodeJS.Signals): void => {
      if (controller.signal.aborted) {
        process.off('SIGINT', stop).off('SIGTERM', stop);
        process.kill(process.pid, name);
      }
      controller.abort(new InterruptedError());
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
  return { signal: controller.signal, stopped };
};
