import { useApp } from '../state/app.ts';
import { may } from '../state/session.ts';
import { useAction } from '../state/use-action.ts';
import { useStore } from '../state/use-store.ts';
import { Failure } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { About } from './about.tsx';
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

/** Who is logged in; nothing on a server that asks nobody. */
const Account = () => {
  const { keeper } = useApp();
  const user = useStore(keeper.session)?.user;
  const logOut = useAction(() => keeper.logOut());
  if (!user) return null;
  return (
    <section class="panel" aria-labelledby="account">
      <h2 id="account">You</h2>
      <p>
        <strong>{user.name}</strong>, {user.role}
      </p>
      <Failure error={logOut.error} />
      <button type="button" disabled={logOut.isBusy} onClick={() => logOut.run()}>
        Log out
      </button>
    </section>
  );
};
