import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { useAction } from '../state/use-action.ts';
import { useResource } from '../state/use-resource.ts';
import { useStore } from '../state/use-store.ts';
import { Confirm } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Empty, Failure } from '../ui/notice.tsx';
import type { Role } from '../wire.ts';
import { RoleSelect } from './role-select.tsx';
import { Section } from './section.tsx';

interface User {
  readonly name: string;
  readonly role: Role;
}

/** Who may log in, and as what. */
export const Users = () => {
  const users = useResource<readonly User[]>('users');
  return (
    <Section id="users" title="Users" resource={users}>
      {(list) => (
        <>
          {list.length === 0 && (
            <Empty title="No users yet.">
              <p>Nightjar asks for a log-in on every address but this machine's own.</p>
            </Empty>
          )}
          <ul class="lines">
            {list.map((user) => (
              <UserLine key={user.name} user={user} onChange={users.reload} />
            ))}
          </ul>
          <NewUser onAdded={users.reload} />
        </>
      )}
    </Section>
  );
};

const UserLine = ({ user, onChange }: { user: User; onChange: () => void }) => {
  const { api, keeper } = useApp();
  const me = useStore(keeper.session)?.user?.name;
  const [isAsked, setAsked] = useState(false);
  const path = `users/${encodeURIComponent(user.name)}`;
  const change = useAction(async (role: Role) => {
    await api.send('PATCH', path, { role });
    onChange();
  });
  const remove = useAction(async () => {
    await api.send('DELETE', path);
    setAsked(false);
    onChange();
  });
  return (
    <li>
      <div class="line">
        <strong>{user.name}</strong>
        {user.name === me && <span class="muted">you</span>}
        <RoleSelect label={`Role of ${user.name}`} value={user.role} onChoose={(role) => change.run(role)} />
        {user.name !== me && (
          <button type="button" class="small danger" onClick={() => setAsked(true)}>
            Remove <span class="unseen">{user.name}</span>
          </button>
        )}
      </div>
      <Failure error={change.error} />
      {isAsked && (
        <Confirm
          title={`Remove ${user.name}?`}
          action="Remove"
          isBusy={remove.isBusy}
          error={remove.error}
          onConfirm={() => remove.run()}
          onClose={() => setAsked(false)}
        >
          <p>Sessions and tokens of {user.name} end at once.</p>
        </Confirm>
      )}
    </li>
  );
};

const NewUser = ({ onAdded }: { onAdded: () => void }) => {
  const { api } = useApp();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = useAction(async () => {
    await api.send('POST', 'users', { name, role, password });
    setName('');
    setPassword('');
    onAdded();
  });
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        add.run();
      }}
    >
      <Field label="New user">
        {(ids) => (
          <input
            {...ids}
            required
            autoComplete="off"
            autoCapitalize="none"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Password of the new user">
        {(ids) => (
          <input
            {...ids}
            required
            type="password"
            autoComplete="new-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        )}
      </Field>
      <RoleSelect label="Role of the new user" value={role} onChoose={setRole} />
      <button type="submit" disabled={add.isBusy}>
        Add
      </button>
      <Failure error={add.error} />
    </form>
  );
};
