import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { useAction } from '../state/use-action.ts';
import { useResource } from '../state/use-resource.ts';
import { Ago } from '../ui/alert-parts.tsx';
import { Field } from '../ui/field.tsx';
import { Failure } from '../ui/notice.tsx';
import type { Role } from '../wire.ts';
import { RoleSelect } from './role-select.tsx';
import { Section } from './section.tsx';

interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  /** By the minute; null until it is used. */
  readonly usedAt: number | null;
}

/** What programs of this user log in with. A token is seen once, when it is made. */
export const Tokens = () => {
  const { api } = useApp();
  const [role, setRole] = useState<Role>('viewer');
  const tokens = useResource<readonly Token[]>('tokens');
  const [name, setName] = useState('');
  const [made, setMade] = useState<string | undefined>(undefined);
  const add = useAction(async () => {
    setMade((await api.send<{ token: string }>('POST', 'tokens', { name, role })).token);
    setName('');
    tokens.reload();
  });
  const remove = useAction(async (id: string) => {
    await api.send('DELETE', `tokens/${encodeURIComponent(id)}`);
    tokens.reload();
  });
  return (
    <Section id="tokens" title="API tokens" resource={tokens}>
      {(list) => (
        <>
          <p class="hint">For programs that ask Nightjar in your name, such as Prometheus or Home Assistant.</p>
          <ul class="lines">
            {list.map((token) => (
              <li key={token.id}>
                <div class="line">
                  <strong>{token.name}</strong>
                  <span class="muted">
                    {token.role},{' '}
                    {token.usedAt === null ? (
                      'never used'
                    ) : (
                      <>
                        used <Ago at={token.usedAt} />
                      </>
                    )}
                  </span>
                  <button
                    type="button"
                    class="small danger"
                    disabled={remove.isBusy}
                    onClick={() => remove.run(token.id)}
                  >
                    Revoke <span class="unseen">{token.name}</span>
                  </button>
                </div>
              </li>
            ))}
          </ul>
          <form
            class="fields"
            onSubmit={(event) => {
              event.preventDefault();
              add.run();
            }}
          >
            <Field label="New token for">
              {(ids) => (
                <input
                  {...ids}
                  required
                  value={name}
                  placeholder="prometheus"
                  onInput={(event) => setName(event.currentTarget.value)}
                />
              )}
            </Field>
            <RoleSelect label="Role of the new token" value={role} onChoose={setRole} />
            <button type="submit" disabled={add.isBusy}>
              Make a token
            </button>
          </form>
          <Failure error={add.error ?? remove.error} />
          {made !== undefined && (
            <div class="notice" role="status" data-testid="token">
              <p>
                Copy it now, it is not shown again: <code>{made}</code>
              </p>
            </div>
          )}
        </>
      )}
    </Section>
  );
};
