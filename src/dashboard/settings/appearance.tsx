import { useState } from 'preact/hooks';

import { permission } from '../shell/notifications.ts';
import { useApp } from '../state/app.ts';
import type { Preferences } from '../state/preferences.ts';
import { useStore } from '../state/use-store.ts';
import { Choice } from '../ui/field.tsx';

const themes: Readonly<Record<Preferences['theme'], string>> = {
  system: 'As the device',
  light: 'Light',
  dark: 'Dark',
};

/** What this browser remembers: the theme, and whether it notifies. */
export const Appearance = () => {
  const { preferences } = useApp();
  const wishes = useStore(preferences);
  const [allowed, setAllowed] = useState(permission());
  const isOn = wishes.notifications && allowed === 'granted';
  const turn = async (): Promise<void> => {
    if (isOn) return preferences.set({ ...wishes, notifications: false });
    const answer = await Notification.requestPermission();
    setAllowed(answer);
    preferences.set({ ...preferences.value, notifications: answer === 'granted' });
  };
  return (
    <section class="panel" aria-labelledby="appearance">
      <h2 id="appearance">This browser</h2>
      <div class="setting">
        <span>Theme</span>
        <Choice
          label="Theme"
          value={wishes.theme}
          options={themes}
          onChoose={(theme) => preferences.set({ ...wishes, theme })}
        />
      </div>
      <div class="setting">
        <span>Notifications of new alerts</span>
        {allowed === 'unsupported' ? (
          <p class="hint">This browser has none here: they need https, or Nightjar on this machine.</p>
        ) : (
          <button type="button" aria-pressed={isOn} disabled={allowed === 'denied'} onClick={() => void turn()}>
            {isOn ? 'Turn off' : 'Turn on'}
          </button>
        )}
      </div>
      {allowed === 'denied' && (
        <p class="hint">They are blocked for this page; the browser's settings can allow them again.</p>
      )}
    </section>
  );
};
