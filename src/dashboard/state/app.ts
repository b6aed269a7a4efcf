import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Pipeline } from '../wire.ts';
import type { AlertBook } from './alert-book.ts';
import type { Api } from './api.ts';
import type { LiveHub } from './live-hub.ts';
import type { Preferences } from './preferences.ts';
import type { Route } from './route.ts';
import type { SessionKeeper } from './session.ts';
import type { Store } from './store.ts';

/** All that views share; made once, in main.tsx. */
export interface App {
  readonly api: Api;
  readonly hub: LiveHub;
  readonly alerts: AlertBook;
  readonly keeper: SessionKeeper;
  readonly preferences: Store<Preferences>;
  readonly route: Store<Route>;
  /** Date.now(), each second. */
  readonly clock: Store<number>;
  /** What the server says of its pipeline file; undefined where cameras cannot be changed through the page. */
  readonly pipeline: Store<Pipeline | undefined>;
  /** What a screen reader says next. */
  readonly announcement: Store<string>;
}

const context = createContext<App | undefined>(undefined);
export const AppProvider = context.Provider;

export const useApp = (): App => {
  const app = useContext(context);
  if (!app) throw new Error('A view was rendered outside of the page.');
  return app;
};
