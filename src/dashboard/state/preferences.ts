import { Store } from './store.ts';

/** What this browser remembers of how its user likes the page. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  /** What cards show, where the camera has it. */
  readonly picture: 'raw' | 'denoised' | 'colorized';
  readonly heat: boolean;
  readonly notifications: boolean;
}

const initial: Preferences = { theme: 'system', picture: 'raw', heat: true, notifications: false };
const key = 'nightjar';

/** Those stored; a browser that stores nothing has the initial ones. */
export const readPreferences = (stored: string | null): Preferences => {
  try {
    const read = JSON.parse(stored ?? '{}') as Partial<Record<keyof Preferences, unknown>>;
    const kept = Object.entries(read).filter(
      ([name, value]) => typeof value === typeof initial[name as keyof Preferences],
    );
    return { ...initial, ...Object.fromEntries(kept) };
  } catch {
    return initial;
  }
};

export const openPreferences = (storage: Pick<Storage, 'getItem' | 'setItem'>): Store<Preferences> => {
  const store = new Store(readPreferences(quietly(() => storage.getItem(key)) ?? null));
  store.subscribe(() => quietly(() => storage.setItem(key, JSON.stringify(store.value))));
  return store;
};

/** Storage may be forbidden or full, which is no reason to fail. */
const quietly = <Value>(action: () => Value): Value | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};
