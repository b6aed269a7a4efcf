import { openPreferences, readPreferences } from '../../../src/dashboard/state/preferences.ts';

test('what is stored is read, and what is no preference is passed over', () => {
  const stored = JSON.stringify({ theme: 'dark', heat: 'yes', colour: 3 });
  expect(readPreferences(stored)).toEqual({ ...readPreferences(null), theme: 'dark' });
  expect(readPreferences('no json')).toEqual(readPreferences(null));
});

test('a change is stored', () => {
  const stored = new Map<string, string>();
  const storage = { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, text: string) => void stored.set(key, text) }; // prettier-ignore
  const preferences = openPreferences(storage);
  preferences.set({ ...preferences.value, heat: false });
  expect(openPreferences(storage).value.heat).toBe(false);
});

test('a browser that forbids storage has the initial ones, and they can be changed', () => {
  const fail = (): never => {
    throw new Error('forbidden');
  };
  const preferences = openPreferences({ getItem: fail, setItem: fail });
  preferences.set({ ...preferences.value, theme: 'light' });
  expect(preferences.value.theme).toBe('light');
});
