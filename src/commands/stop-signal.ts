/** The first Ctrl-C or SIGTERM aborts the signal, so that work ends in good order; a second Ctrl-C ends the process at once. */
export const stopSignal = (): { readonly signal: AbortSignal; readonly stopped: Promise<void> } => {
  const controller = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    const stop = (): void => {
      process.once('SIGINT', () => process.exit(130));
      controller.abort();
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  return { signal: controller.signal, stopped };
};
