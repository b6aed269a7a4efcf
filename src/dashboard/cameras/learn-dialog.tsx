import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { useAction } from '../state/use-action.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Failure } from '../ui/notice.tsx';

/** Asks how a camera should learn, and begins it. */
export const LearnDialog = ({ id, hasModel, onClose }: { id: string; hasModel: boolean; onClose: () => void }) => {
  const { api, announcement } = useApp();
  const [minutes, setMinutes] = useState('');
  const [isFresh, setFresh] = useState(false);
  const learn = useAction(async () => {
    const body = { ...(minutes !== '' && { minutes: Number(minutes) }), ...(isFresh && { fresh: true }) };
    await api.send('POST', `cameras/${encodeURIComponent(id)}/learn`, body);
    announcement.set(`${id} begins to learn`);
    onClose();
  });
  return (
    <Dialog title={`What is normal for ${id}?`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          learn.run();
        }}
      >
        <p>
          Nightjar watches the scene and learns what it usually looks like. Choose a time when nothing unusual happens.
        </p>
        <Field label="Minutes to watch" hint="Empty: as the pipeline file says.">
          {(ids) => (
            <input
              {...ids}
              type="number"
              min="0.1"
              max="10080"
              step="any"
              inputMode="decimal"
              value={minutes}
              onInput={(event) => setMinutes(event.currentTarget.value)}
            />
          )}
        </Field>
        {hasModel && (
          <label class="switch">
            <input type="checkbox" checked={isFresh} onChange={(event) => setFresh(event.currentTarget.checked)} />
            Forget what it learned before
          </label>
        )}
        <Failure error={learn.error} />
        <div class="buttons end">
          <button type="button" onClick={onClose}>
            Not now
          </button>
          <button type="submit" class="primary" disabled={learn.isBusy}>
            Learn
          </button>
        </div>
      </form>
    </Dialog>
  );
};
