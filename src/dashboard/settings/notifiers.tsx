import { useApp } from '../state/app.ts';
import { useAction } from '../state/use-action.ts';
import { useResource } from '../state/use-resource.ts';
import { Empty, Failure } from '../ui/notice.tsx';
import { Section } from './section.tsx';

interface Notifier {
  readonly name: string;
  readonly kind: string;
  readonly isUp: boolean;
  readonly message?: string;
  readonly pending: number;
  readonly dead: number;
}

type TestResult = { readonly ok: true } | { readonly ok: false; readonly message: string } | undefined;

/** Where alerts are sent to, and whether they arrive. */
export const Notifiers = () => {
  const notifiers = useResource<readonly Notifier[]>('notifiers');
  return (
    <Section id="notifiers" title="Notifiers" resource={notifiers}>
      {(list) =>
        list.length === 0 ? (
          <Empty title="Alerts are shown here and sent nowhere.">
            <p>
              The key <code>notify</code> of the pipeline file sends them by MQTT or to a webhook.
            </p>
          </Empty>
        ) : (
          <ul class="lines">
            {list.map((notifier) => (
              <NotifierLine key={notifier.name} notifier={notifier} onTested={notifiers.reload} />
            ))}
          </ul>
        )
      }
    </Section>
  );
};

const NotifierLine = ({ notifier, onTested }: { notifier: Notifier; onTested: () => void }) => {
  const { api, announcement } = useApp();
  const { name, kind, isUp, message, pending, dead } = notifier;
  const test = useAction(async () => {
    const answer = await api.send<TestResult>('POST', `notifiers/${encodeURIComponent(name)}/test`);
    if (answer?.ok === false) throw new Error(answer.message);
    announcement.set(`A test was sent to ${name}`);
    onTested();
  });
  return (
    <li>
      <div class="line">
        <strong>{name}</strong>
        <span class="muted">{kind}</span>
        <span class={`state ${isUp ? 'live' : 'failed'}`}>{isUp ? 'Up' : 'Down'}</span>
        <span class="muted number">
          {pending} waiting, {dead} given up
        </span>
        <button type="button" class="small" disabled={test.isBusy} onClick={() => test.run()}>
          {test.isBusy ? 'Sending' : 'Send a test'}
        </button>
      </div>
      {message && <p class="hint">{message}</p>}
      <Failure error={test.error} />
    </li>
  );
};
