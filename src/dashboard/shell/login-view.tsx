import { useState } from 'preact/hooks';

import { ApiError } from '../state/api.ts';
import { useApp } from '../state/app.ts';
import { useAction } from '../state/use-action.ts';
import { Field } from '../ui/field.tsx';
import { Failure } from '../ui/notice.tsx';
import { durationText } from '../ui/time-text.ts';
import { useTitle } from '../ui/use-title.ts';

/** What went wrong, for whoever tries to log in. */
const explained = (error: unknown): unknown => {
  if (!(error instanceof ApiError)) return error;
  if (error.code === 'wrong-credentials') return 'The name or the password is wrong.';
  if (error.code !== 'too-many-attempts') return error;
  const wait = error.retryAfterSeconds;
  return `Too many attempts. Try again ${wait === undefined ? 'later' : `in ${durationText(wait * 1000)}`}.`;
};

export const LoginView = () => {
  const { keeper } = useApp();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const logIn = useAction(() => keeper.logIn(name, password));
  useTitle('Log in');
  return (
    <main class="alone">
      <form
        class="login"
        onSubmit={(event) => {
          event.preventDefault();
          logIn.run();
        }}
      >
        <h1 class="brand">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M22 5a11 11 0 1 0 5 15A9 9 0 0 1 22 5z" />
          </svg>
          <span>nightjar</span>
        </h1>
        <Field label="Name">
          {(ids) => (
            <input
              {...ids}
              autoComplete="username"
              autoCapitalize="none"
              autoFocus
              required
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Password">
          {(ids) => (
            <input
              {...ids}
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          )}
        </Field>
        <Failure error={explained(logIn.error)} />
        <button type="submit" class="primary" disabled={logIn.isBusy}>
          {logIn.isBusy ? 'Logging in' : 'Log in'}
        </button>
      </form>
    </main>
  );
};
