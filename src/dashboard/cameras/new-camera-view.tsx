import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { addressOf } from '../state/route.ts';
import { may } from '../state/session.ts';
import { useAction } from '../state/use-action.ts';
import { useStore } from '../state/use-store.ts';
import { Choice, Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failure } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import type { CameraStatus } from '../wire.ts';
import { CameraFields } from './camera-fields.tsx';
import { Discovery } from './discovery.tsx';
import { changesOf, formOf, suggestedId } from './settings-form.ts';
import { UrlField } from './url-field.tsx';

const ways = { address: 'By its address', network: 'On this network' } as const;

/** Adds a camera: where it is, whether it answers, what it is called. */
export const NewCameraView = () => {
  const { api, hub, keeper, pipeline } = useApp();
  useTitle('Add a camera');
  const taken = useStore(hub.cameras) ?? [];
  const [form, setForm] = useState(formOf({}));
  const [way, setWay] = useState<keyof typeof ways>('address');
  const suggestion = suggestedId(form.url, taken) ?? '';
  const add = useAction(async () => {
    const { id } = await api.send<CameraStatus>(
      'POST',
      'cameras',
      changesOf({ ...form, id: form.id || suggestion }, {}),
    );
    location.hash = addressOf.camera(id);
  });
  const mayAdd = may(useStore(keeper.session), 'admin');
  const canWrite = useStore(pipeline)?.canWrite ?? false;
  if (!mayAdd || !canWrite)
    return (
      <Empty title={mayAdd ? 'This Nightjar cannot change its pipeline file.' : 'Only an admin can add cameras.'}>
        <a href={addressOf.grid}>All cameras</a>
      </Empty>
    );
  return (
    <>
      <div class="head">
        <a class="back" href={addressOf.grid} aria-label="All cameras">
          <Icon name="back" />
        </a>
        <h1>Add a camera</h1>
      </div>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          add.run();
        }}
      >
        <Choice label="How to find it" value={way} options={ways} onChoose={setWay} />
        {way === 'network' ? (
          // A form inside of a form is none: its streams are asked for beside this one's fields.
          <p class="hint">Cameras with ONVIF answer by themselves; you choose one of their streams.</p>
        ) : (
          <>
            <UrlField form={form} onChange={setForm} />
            <Field
              label="Name"
              hint="Small letters, digits and hyphens. It names files, metrics and alerts, and stays."
            >
              {(ids) => (
                <input
                  {...ids}
                  value={form.id}
                  placeholder={suggestion}
                  required={suggestion === ''}
                  pattern="[a-z0-9][a-z0-9\-]*"
                  maxLength={63}
                  autoCapitalize="none"
                  spellcheck={false}
                  onInput={(event) => setForm({ ...form, id: event.currentTarget.value })}
                />
              )}
            </Field>
            <details class="more-fields">
              <summary>Sizes, rates and tasks</summary>
              <CameraFields form={form} onChange={setForm} />
            </details>
            <Failure error={add.error} />
            <div class="buttons">
              <button type="submit" class="primary" disabled={add.isBusy}>
                {add.isBusy ? 'Adding' : 'Add the camera'}
              </button>
              <a class="button" href={addressOf.grid}>
                Cancel
              </a>
            </div>
          </>
        )}
      </form>
      {way === 'network' && (
        <div class="form">
          <Discovery
            onChoose={(url) => {
              setForm({ ...form, url });
              setWay('address');
            }}
          />
        </div>
      )}
    </>
  );
};
