import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `check`, which expects something, again and again until it throws no more. Rejects after `seconds`, with what was
 * awaited and what was found instead.
 */
export const waitUntil = async (what: string, check: () => void | Promise<void>, seconds = 30): Promise<void> => {
  for (const end = performance.now() + seconds * 1000; ;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end)
        throw new Error(`Waited ${seconds} s in vain until ${what}: ${String(error)}`, { cause: error });
    }
    await sleep(20);
  }
};
