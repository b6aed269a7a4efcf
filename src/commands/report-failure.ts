import { CommanderError } from 'commander';

import { ConfigError, InterruptedError } from '../core/errors.ts';

const isKnown = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

/** Prints why a command failed, as a sentence or as one JSON line, and gives the exit code. Unknown errors keep their stack. */
export const reportFailure = (error: unknown, json: boolean): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (json) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    console.error(JSON.stringify({ error: name, code: isKnown(error) ? error.code : 'unexpected', message }));
  } else if (isKnown(error)) {
    console.error(`nightjar: ${error.message}`);
  } else {
    console.error(error);
  }
  if (error instanceof InterruptedError) return 130;
  return error instanceof ConfigError ? 2 : 1;
};
