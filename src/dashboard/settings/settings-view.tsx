import { useApp } from '../state/app.ts';
import { may } from '../state/session.ts';
import { useStore } from '../state/use-store.ts';
import { useTitle } from '../ui/use-title.ts';
import { About } from './about.tsx';
import { Account } from './account.tsx';
import { Appearance } from './appearance.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Notifiers } from './notifiers.tsx';
import { Tokens } from './tokens.tsx';
import { Users } from './users.tsx';

/** What belongs to this browser, to the user, and to the server as far as the role lets it be seen. */
export const SettingsView = () => {
  useTitle('Settings');
  const session = useStore(useApp().keeper.session);
  return (
    <>
      <div class="head">
        <h1>Settings</h1>
      </div>
      <div class="settings">
        <Account />
        <Appearance />
        {may(session, 'operator') && (
          <>
            <Notifiers />
            <DeadLetters />
          </>
        )}
        {may(session, 'admin') && <Users />}
        <Tokens />
        <About />
      </div>
    </>
  );
};
