import { useApp } from '../state/app.ts';
import { useStore } from '../state/use-store.ts';
import { durationText } from '../ui/time-text.ts';

const clockTime = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
/** A connection that is back by then was never missed. */
const patienceMs = 1500;

/** What concerns the whole page: no connection, and how old what is seen is; a pipeline file that was refused. */
export const Banners = () => (
  <>
    <Disconnected />
    <Problems />
  </>
);

const Disconnected = () => {
  const { hub, clock } = useApp();
  const { state, since, wasOpen } = useStore(hub.link);
  const now = useStore(clock);
  if (state === 'open' || now - since < patienceMs) return null;
  return (
    <div class="banner failure" role="alert" data-testid="disconnected">
      {wasOpen ? (
        <p>
          <strong>No connection to Nightjar.</strong> What you see is as it was at{' '}
          <span class="number">{clockTime.format(since)}</span>
          <span aria-hidden="true">, {durationText(now - since)} ago</span>. The page comes back by itself.
        </p>
      ) : (
        <p>
          <strong>Nightjar does not answer.</strong> The page keeps trying.
        </p>
      )}
      <button type="button" class="small" onClick={() => hub.open()}>
        Try now
      </button>
    </div>
  );
};

const Problems = () => {
  const { hub, pipeline } = useApp();
  const problems = useStore(hub.problems);
  const file = useStore(pipeline)?.file ?? 'The pipeline file';
  if (problems.length === 0) return null;
  return (
    <div class="banner warning" role="alert" data-testid="problems">
      <div>
        <p>
          <strong>{file} was changed and cannot be used.</strong> Nightjar goes on with what it had before.
        </p>
        <ul>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
    </div>
  );
};
