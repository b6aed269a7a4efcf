import { render } from 'preact';

import { Page } from './shell/page.tsx';
import { applyTheme } from './shell/theme.ts';
import { AlertBook } from './state/alert-book.ts';
import { Api } from './state/api.ts';
import { type App, AppProvider } from './state/app.ts';
import { LiveHub } from './state/live-hub.ts';
import { notifyOf } from './shell/notifications.ts';
import { openPreferences } from './state/preferences.ts';
import { parseRoute } from './state/route.ts';
import { may, SessionKeeper } from './state/session.ts';
import { Store } from './state/store.ts';
import { spokenAlert } from './ui/alert-text.ts';
import type { Pipeline } from './wire.ts';

// The whole page is wired here; no other module does anything when it is imported.
const preferences = openPreferences(localStorage);
applyTheme(preferences.value.theme);
preferences.subscribe(() => applyTheme(preferences.value.theme));

const api = new Api(
  (url, init) => fetch(url, init),
  () => keeper.expire(),
);
const keeper = new SessionKeeper(api);
const address = new URL('ws', location.href);
address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
address.hash = '';
const hub = new LiveHub(address.href);
const announcement = new Store('');
const alerts = new AlertBook(api, hub, (alert) => {
  announcement.set(`New alert: ${spokenAlert(alert)}`);
  if (preferences.value.notifications) notifyOf(alert);
});

const route = new Store(parseRoute(location.hash));
addEventListener('hashchange', () => route.set(parseRoute(location.hash)));
const clock = new Store(Date.now());
setInterval(() => clock.set(Date.now()), 1000);

const pipeline = new Store<Pipeline | undefined>(undefined);
const loadPipeline = async (): Promise<void> => {
  try {
    const answer = await api.get<Pipeline>('pipeline');
    pipeline.set(answer);
    hub.problems.set(answer.problems);
  } catch {
    // A server that cannot change its cameras while it runs: nothing of that is offered.
    pipeline.set(undefined);
  }
};

keeper.session.subscribe(() => {
  const { value } = keeper.session;
  if (!may(value, 'viewer')) return hub.close();
  hub.open();
  if (may(value, 'operator')) void loadPipeline();
});
// A lost connection may be a session that has ended, which a WebSocket cannot say.
let { state } = hub.link.value;
hub.link.subscribe(() => {
  const isLost = hub.link.value.state === 'closed' && state !== 'closed';
  ({ state } = hub.link.value);
  if (isLost && may(keeper.session.value, 'viewer')) void keeper.load();
});

const app: App = { api, hub, alerts, keeper, preferences, route, clock, pipeline, announcement };
render(
  <AppProvider value={app}>
    <Page />
  </AppProvider>,
  document.getElementById('page') as HTMLElement,
);
void keeper.load();
