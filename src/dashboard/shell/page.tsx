import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { AlertView } from '../alerts/alert-view.tsx';
import { AlertsView } from '../alerts/alerts-view.tsx';
import { CameraView } from '../cameras/camera-view.tsx';
import { EditCameraView } from '../cameras/edit-camera-view.tsx';
import { GridView } from '../cameras/grid-view.tsx';
import { NewCameraView } from '../cameras/new-camera-view.tsx';
import { SettingsView } from '../settings/settings-view.tsx';
import { useApp } from '../state/app.ts';
import { addressOf, type Route } from '../state/route.ts';
import { may } from '../state/session.ts';
import { useStore } from '../state/use-store.ts';
import { Empty, Failure, Loading } from '../ui/notice.tsx';
import { Banners } from './banners.tsx';
import { Guarded } from './guarded.tsx';
import { LoginView } from './login-view.tsx';
import { Navigation } from './navigation.tsx';

const viewOf = (route: Route): VNode => {
  switch (route.view) {
    case 'grid':
      return <GridView />;
    case 'camera':
      return <CameraView key={route.id} id={route.id} />;
    case 'camera-new':
      return <NewCameraView />;
    case 'camera-edit':
      return <EditCameraView key={route.id} id={route.id} />;
    case 'alerts':
      return <AlertsView query={route.query} />;
    case 'alert':
      return <AlertView key={route.id} id={route.id} query={route.query} />;
    case 'settings':
      return <SettingsView />;
    case 'login':
    case 'unknown':
      return (
        <Empty title="There is nothing at this address.">
          <a href={addressOf.grid}>All cameras</a>
        </Empty>
      );
  }
};

/** What identifies a view for the focus: filters in the address do not make another one. */
const placeOf = (route: Route): string => `${route.view} ${'id' in route ? route.id : ''}`;

/** The page: log-in, or navigation and the view that the address names. */
export const Page = () => {
  const { keeper, hub, route: routeStore, announcement } = useApp();
  const session = useStore(keeper.session);
  const failure = useStore(keeper.failure);
  const route = useStore(routeStore);
  const link = useStore(hub.link);
  const main = useRef<HTMLElement>(null);
  const place = placeOf(route);
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    // As a browser does with a new page: a screen reader begins at its top.
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [place]);
  const isIn = may(session, 'viewer');
  useEffect(() => {
    if (isIn && route.view === 'login') location.replace(addressOf.grid);
  }, [isIn, route.view]);

  if (session === undefined)
    return (
      <main class="alone">
        {failure === undefined ? (
          <Loading what="Nightjar" />
        ) : (
          <Failure error={failure} onRetry={() => void keeper.load()} />
        )}
      </main>
    );
  if (!isIn) return <LoginView />;
  return (
    <div class="shell" data-connection={link.state}>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the content
      </a>
      <Navigation />
      <div class="column">
        <Banners />
        <main id="main" ref={main} tabIndex={-1}>
          <Guarded key={place}>{viewOf(route)}</Guarded>
        </main>
      </div>
      <Announcer text={useStore(announcement)} />
    </div>
  );
};

const Announcer = ({ text }: { text: string }) => (
  <p class="unseen" aria-live="polite" data-testid="announcer">
    {text}
  </p>
);
