import { useApp } from '../state/app.ts';
import { useStore } from '../state/use-store.ts';

/** Whether heat maps lie over pictures, everywhere. */
export const HeatSwitch = () => {
  const { preferences } = useApp();
  const wishes = useStore(preferences);
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={wishes.heat}
        onChange={(event) => preferences.set({ ...wishes, heat: event.currentTarget.checked })}
      />
      Heat map
    </label>
  );
};
