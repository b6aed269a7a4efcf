import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { useAction } from '../state/use-action.ts';
import { useStore } from '../state/use-store.ts';
import { Field } from '../ui/field.tsx';
import { Failure } from '../ui/notice.tsx';

/** Who is logged in; nothing on a server that asks nobody. */
export const Account = () => {
  const { keeper } = useApp();
  const user = useStore(keeper.session)?.user;
  const logOut = useAction(() => keeper.logOut());
  if (!user) return null;
  return (
    <section class="panel" aria-labelledby="account">
      <h2 id="account">You</h2>
      <div class="setting">
        <span>
          <strong>{user.name}</strong>, {user.role}
        </span>
        <button type="button" disabled={logOut.isBusy} onClick={() => logOut.run()}>
          Log out
        </button>
      </div>
      <Failure error={logOut.error} />
      <details class="more-fields">
        <summary>Change the password</summary>
        <PasswordForm />
      </details>
    </section>
  );
};

const PasswordForm = () => {
  const { api, announcement } = useApp();
  const [password, setPassword] = useState('');
  const [newPassword, setNew] = useState('');
  const [isDone, setDone] = useState(false);
  const change = useAction(async () => {
    setDone(false);
    await api.send('PUT', 'session/password', { password, newPassword });
    setPassword('');
    setNew('');
    setDone(true);
    announcement.set('The password is changed');
  });
  const field = (label: string, value: string, autoComplete: string, onInput: (text: string) => void) => (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          required
          type="password"
          autoComplete={autoComplete}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        change.run();
      }}
    >
      {field('Present password', password, 'current-password', setPassword)}
      {field('New password', newPassword, 'new-password', setNew)}
      <button type="submit" disabled={change.isBusy}>
        Change it
      </button>
      {isDone && <p class="hint">It is changed. All other sessions of yours have ended.</p>}
      <Failure error={change.error} />
    </form>
  );
};
