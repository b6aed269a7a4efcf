import { useApp } from '../state/app.ts';
import { addressOf, type Route } from '../state/route.ts';
import { useStore } from '../state/use-store.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { ConnectionState } from './connection-state.tsx';
import { otherTheme } from './theme.ts';

const sectionOf = (route: Route): 'cameras' | 'alerts' | 'settings' | undefined => {
  if (route.view === 'alerts' || route.view === 'alert') return 'alerts';
  if (route.view === 'settings') return 'settings';
  return route.view === 'unknown' || route.view === 'login' ? undefined : 'cameras';
};

const Entry = ({
  href,
  icon,
  name,
  isCurrent,
  count = 0,
}: {
  href: string;
  icon: IconName;
  name: string;
  isCurrent: boolean;
  count?: number;
}) =>
  // prettier-ignore
  <a href={href} aria-current={isCurrent ? 'page' : undefined}>
    <Icon name={icon} />
    <span>{name}</span>
    {count > 0 && (
      <span class="count" data-testid="ongoing">
        {count}
        <span class="unseen"> ongoing</span>
      </span>
    )}
  </a>;

/** Where one can go, and whether what is seen is alive. */
export const Navigation = () => {
  const { route, alerts, preferences } = useApp();
  const section = sectionOf(useStore(route));
  const ongoing = useStore(alerts.recent)?.filter(({ endAt }) => endAt === null).length ?? 0;
  const { theme } = useStore(preferences);
  const other = otherTheme(theme, matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <header class="rail">
      <a class="brand" href={addressOf.grid} aria-label="Nightjar, all cameras">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M22 5a11 11 0 1 0 5 15A9 9 0 0 1 22 5z" />
        </svg>
        <span>nightjar</span>
      </a>
      <nav aria-label="Main">
        <Entry href={addressOf.grid} icon="grid" name="Cameras" isCurrent={section === 'cameras'} />
        <Entry href={addressOf.alerts()} icon="bell" name="Alerts" isCurrent={section === 'alerts'} count={ongoing} />
        <Entry href={addressOf.settings} icon="settings" name="Settings" isCurrent={section === 'settings'} />
      </nav>
      <div class="rail-foot">
        <ConnectionState />
        <button
          type="button"
          class="quiet icon-only"
          aria-label={`Use the ${other} theme`}
          onClick={() => preferences.set({ ...preferences.value, theme: other })}
        >
          <Icon name={other === 'light' ? 'sun' : 'moon'} />
        </button>
      </div>
    </header>
  );
};
