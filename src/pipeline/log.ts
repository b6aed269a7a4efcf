import { pino } from 'pino';
import type { Logger } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

/** Logs to standard error: JSON lines with `json` (docs/operations.md names their fields), else a short human line each. */
export const createLog = ({ json, level = 'info' }: { json: boolean; level?: string }): Log => {
  const options = { level, base: null };
  return json
    ? pino(
        {
          ...options,
          timestamp: pino.stdTimeFunctions.isoTime,
          formatters: { level: (label) => ({ level: label }) },
        },
        pino.destination({ dest: 2, sync: true }),
      )
    : pino(
        options,
        pretty({
          destination: 2,
          sync: true,
          colorize: process.stderr.isTTY,
          translateTime: 'SYS:HH:MM:ss',
          ignore: 'pid,hostname',
          singleLine: true,
        }),
      );
};
