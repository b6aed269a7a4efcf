import { useApp } from '../state/app.ts';
import { addressOf } from '../state/route.ts';
import { useAction } from '../state/use-action.ts';
import { useResource } from '../state/use-resource.ts';
import { kindText } from '../ui/alert-text.ts';
import { Ago } from '../ui/alert-parts.tsx';
import { Failure } from '../ui/notice.tsx';
import type { Alert } from '../wire.ts';
import { Section } from './section.tsx';

interface DeadLetter {
  readonly id: number;
  readonly notifier: string;
  /** As it was when the notification was queued. */
  readonly alert: Pick<Alert, 'id' | 'camera' | 'kind'>;
  readonly attempts: number;
  readonly message: string;
  readonly at: number;
}

/** Alerts that could not be delivered and are not tried any more. */
export const DeadLetters = () => {
  const letters = useResource<readonly DeadLetter[]>('notifiers/dead');
  // Nothing to say is not worth a heading.
  if (letters.value?.length === 0) return null;
  return (
    <Section id="dead" title="Not delivered" resource={letters}>
      {(list) => (
        <ul class="lines">
          {list.map((letter) => (
            <Letter key={letter.id} letter={letter} onDone={letters.reload} />
          ))}
        </ul>
      )}
    </Section>
  );
};

const Letter = ({ letter, onDone }: { letter: DeadLetter; onDone: () => void }) => {
  const { api } = useApp();
  const { id, notifier, alert, attempts, message, at } = letter;
  const path = `notifiers/dead/${id}`;
  const act = useAction(async (isAgain: boolean) => {
    await (isAgain ? api.send('POST', `${path}/retry`) : api.send('DELETE', path));
    onDone();
  });
  return (
    <li>
      <div class="line">
        <strong>{notifier}</strong>
        <a href={addressOf.alert(alert.id)}>
          {kindText[alert.kind]} at {alert.camera}
        </a>
        <span class="muted number">
          {attempts} attempts, <Ago at={at} />
        </span>
        <button type="button" class="small" disabled={act.isBusy} onClick={() => act.run(true)}>
          Try again
        </button>
        <button type="button" class="small" disabled={act.isBusy} onClick={() => act.run(false)}>
          Forget
        </button>
      </div>
      <p class="hint">{message}</p>
      <Failure error={act.error} />
    </li>
  );
};
