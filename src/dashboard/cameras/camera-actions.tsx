import { useEffect, useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { addressOf } from '../state/route.ts';
import { may } from '../state/session.ts';
import { useAction } from '../state/use-action.ts';
import { useStore } from '../state/use-store.ts';
import { Confirm } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Failure } from '../ui/notice.tsx';
import type { CameraStatus } from '../wire.ts';
import { LearnDialog } from './learn-dialog.tsx';
import { LearningBar } from './learning-bar.tsx';

/** What can be done with a camera, as far as the server and the role allow it. */
export const CameraActions = ({ status }: { status: CameraStatus }) => {
  const { api, hub, keeper, pipeline } = useApp();
  const { id, state, hasModel, learning } = status;
  const path = `cameras/${encodeURIComponent(id)}`;
  const session = useStore(keeper.session);
  const server = useStore(pipeline);
  const [asked, setAsked] = useState<'learn' | 'remove' | undefined>(undefined);
  const [hasReport, setReport] = useState(false);
  useEffect(() => {
    let isShown = true;
    if (hasModel) void api.has(`${path}/report`).then((isThere) => isShown && setReport(isThere));
    return () => void (isShown = false);
  }, [api, path, hasModel, learning === undefined]);
  const change = useAction(async (method: 'POST' | 'DELETE', what: string) => {
    const answer = await api.send<CameraStatus | undefined>(method, `${path}/${what}`);
    if (answer?.id === id) hub.feed(id).status.set(answer);
  });
  const remove = useAction(async () => {
    await api.send('DELETE', path);
    location.hash = addressOf.grid;
  });
  const canOperate = may(session, 'operator') && server !== undefined;
  const canChange = may(session, 'admin') && (server?.canWrite ?? false);
  const isPaused = state === 'paused';
  return (
    <>
      <div class="buttons">
        {canOperate && (
          <button
            type="button"
            disabled={change.isBusy}
            onClick={() => change.run('POST', isPaused ? 'resume' : 'pause')}
          >
            <Icon name={isPaused ? 'play' : 'pause'} />
            {isPaused ? 'Resume' : 'Pause'}
          </button>
        )}
        {canOperate && !learning && !isPaused && (
          <button type="button" onClick={() => setAsked('learn')}>
            <Icon name="learn" />
            Learn
          </button>
        )}
        {hasReport && (
          <a class="button" href={`api/${path}/report`} target="_blank" rel="noreferrer">
            <Icon name="report" />
            Report
          </a>
        )}
        {canChange && (
          <>
            <a class="button" href={addressOf.cameraEdit(id)}>
              <Icon name="edit" />
              Edit
            </a>
            <button type="button" class="danger" onClick={() => setAsked('remove')}>
              <Icon name="trash" />
              Remove
            </button>
          </>
        )}
      </div>
      <Failure error={change.error} />
      {learning && (
        <div class="learning-row">
          <LearningBar learning={learning} />
          {canOperate && (
            <button type="button" class="small" disabled={change.isBusy} onClick={() => change.run('DELETE', 'learn')}>
              Cancel
            </button>
          )}
        </div>
      )}
      {asked === 'learn' && <LearnDialog id={id} hasModel={hasModel} onClose={() => setAsked(undefined)} />}
      {asked === 'remove' && (
        <Confirm
          title={`Remove ${id}?`}
          action="Remove"
          isBusy={remove.isBusy}
          error={remove.error}
          onConfirm={() => remove.run()}
          onClose={() => setAsked(undefined)}
        >
          <p>It leaves the pipeline file, and nobody watches it any more. Its alerts stay.</p>
        </Confirm>
      )}
    </>
  );
};
