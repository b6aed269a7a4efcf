import type { Preferences } from '../state/preferences.ts';

/** Sets the page's theme; `system` follows the device, also when it changes. */
export const applyTheme = (theme: Preferences['theme']): void => {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
};

/** The theme that a press on the button in the navigation gives: the other one than is seen. */
export const otherTheme = (theme: Preferences['theme'], isDarkDevice: boolean): 'light' | 'dark' => {
  const isDark = theme === 'system' ? isDarkDevice : theme === 'dark';
  return isDark ? 'light' : 'dark';
};
