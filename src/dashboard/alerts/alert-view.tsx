import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { addressOf } from '../state/route.ts';
import { may } from '../state/session.ts';
import { useAction } from '../state/use-action.ts';
import { useStore } from '../state/use-store.ts';
import { SeverityMark } from '../ui/alert-parts.tsx';
import { kindText } from '../ui/alert-text.ts';
import { Confirm } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failure, Loading } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import type { Alert } from '../wire.ts';
import { AlertClip } from './alert-clip.tsx';
import { AlertFacts } from './alert-facts.tsx';
import { AlertPicture } from './alert-picture.tsx';
import { AlertScores } from './alert-scores.tsx';
import { ShareButton } from './share-button.tsx';
import { useAlert, useNeighbours } from './use-alert.ts';
import { VerdictButtons } from './verdict-buttons.tsx';

interface AlertViewProps {
  readonly id: string;
  /** The filters of the list it was opened from. */
  readonly query: string;
}

/** All that is known of one alert. */
export const AlertView = ({ id, query }: AlertViewProps) => {
  const { value: alert, error, isDeleted, reload, set } = useAlert(id);
  const { older, newer } = useNeighbours(alert, query);
  useTitle(alert ? `${kindText[alert.kind]}, ${alert.camera}` : 'Alert');
  const isGone = isDeleted || error?.code === 'unknown-alert';
  return (
    <>
      <div class="head">
        <a class="back" href={addressOf.alerts(query)} aria-label="All alerts">
          <Icon name="back" />
        </a>
        <h1>{alert ? `${kindText[alert.kind]} at ${alert.camera}` : 'Alert'}</h1>
        {alert && <SeverityMark severity={alert.severity} />}
        {alert?.endAt === null && <span class="alarm-word">Ongoing</span>}
        <nav class="buttons end" aria-label="Other alerts">
          <Neighbour id={older} query={query} text="Earlier" />
          <Neighbour id={newer} query={query} text="Later" />
        </nav>
      </div>
      {isGone ? (
        <Empty title={isDeleted ? 'This alert was deleted.' : 'This alert does not exist, or was deleted.'}>
          <a href={addressOf.alerts(query)}>All alerts</a>
        </Empty>
      ) : (
        <>
          <Failure error={error} onRetry={reload} />
          {alert ? (
            <KnownAlert alert={alert} query={query} onChange={set} />
          ) : (
            !error && <Loading what="the alert" lines={4} />
          )}
        </>
      )}
    </>
  );
};

const Neighbour = ({ id, query, text }: { id: string | undefined; query: string; text: 'Earlier' | 'Later' }) => {
  const icon = <Icon name={text === 'Earlier' ? 'back' : 'next'} />;
  const content = text === 'Earlier' ? [icon, text] : [text, icon];
  return id === undefined ? (
    <span class="button disabled">{content}</span>
  ) : (
    <a class="button" href={addressOf.alert(id, query)}>
      {content}
    </a>
  );
};

const KnownAlert = ({ alert, query, onChange }: { alert: Alert; query: string; onChange: (alert: Alert) => void }) => (
  <div class="alert-view">
    <div class="alert-main">
      <AlertPicture alert={alert} />
      <AlertClip alert={alert} />
    </div>
    <div class="alert-side">
      <section class="judge" aria-labelledby="judge-title">
        <h2 id="judge-title">What was it?</h2>
        <VerdictButtons alert={alert} onJudged={onChange} />
        <p class="hint">Normal footage joins what {alert.camera} learns next; real footage never does.</p>
      </section>
      <AlertFacts alert={alert} />
      <AlertScores alert={alert} />
      <AlertTools alert={alert} query={query} />
    </div>
  </div>
);

const AlertTools = ({ alert, query }: { alert: Alert; query: string }) => {
  const { api, keeper } = useApp();
  const [isAsked, setAsked] = useState(false);
  const path = `alerts/${encodeURIComponent(alert.id)}`;
  const remove = useAction(async () => {
    await api.send('DELETE', path);
    location.hash = addressOf.alerts(query);
  });
  return (
    <div class="buttons">
      <ShareButton address={addressOf.alert(alert.id)} />
      <a class="button" href={`api/${path}/export.zip`} download>
        <Icon name="download" />
        Export
      </a>
      {may(useStore(keeper.session), 'operator') && (
        <button type="button" class="danger" onClick={() => setAsked(true)}>
          <Icon name="trash" />
          Delete
        </button>
      )}
      {isAsked && (
        <Confirm
          title="Delete this alert?"
          action="Delete"
          isBusy={remove.isBusy}
          error={remove.error}
          onConfirm={() => remove.run()}
          onClose={() => setAsked(false)}
        >
          <p>Its picture and clip go with it. This cannot be undone.</p>
        </Confirm>
      )}
    </div>
  );
};
