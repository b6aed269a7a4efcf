import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { addressOf } from '../state/route.ts';
import { may } from '../state/session.ts';
import { useAction } from '../state/use-action.ts';
import { useResource } from '../state/use-resource.ts';
import { useStore } from '../state/use-store.ts';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failure, Loading } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import type { CameraSettings, CameraStatus, Polygon } from '../wire.ts';
import { CameraFields } from './camera-fields.tsx';
import { MaskEditor } from './mask-editor.tsx';
import { changesOf, formOf } from './settings-form.ts';
import { UrlField } from './url-field.tsx';

/** Changes a camera's keys in the pipeline file. */
export const EditCameraView = ({ id }: { id: string }) => {
  const { keeper, pipeline } = useApp();
  useTitle(`Edit ${id}`);
  const canChange = may(useStore(keeper.session), 'admin') && (useStore(pipeline)?.canWrite ?? false);
  const { value, error, reload } = useResource<CameraSettings>(
    canChange ? `cameras/${encodeURIComponent(id)}/settings` : undefined,
  );
  return (
    <>
      <div class="head">
        <a class="back" href={addressOf.camera(id)} aria-label={`Back to ${id}`}>
          <Icon name="back" />
        </a>
        <h1>Edit {id}</h1>
      </div>
      {!canChange ? (
        <Empty title="This camera cannot be changed here.">
          <p>It takes an admin, and a pipeline file that Nightjar may write.</p>
        </Empty>
      ) : (
        <>
          <Failure error={error} onRetry={reload} />
          {value ? <SettingsForm id={id} settings={value} /> : !error && <Loading what="settings" lines={6} />}
        </>
      )}
    </>
  );
};

const SettingsForm = ({ id, settings }: { id: string; settings: CameraSettings }) => {
  const { api, hub, announcement } = useApp();
  const { url: present, ...before } = settings;
  const [form, setForm] = useState(formOf({ ...before, id }));
  const [mask, setMask] = useState<readonly Polygon[]>(settings.mask ?? []);
  // A picture of now; not another one at each stroke.
  const [picture] = useState(`api/cameras/${encodeURIComponent(id)}/picture.jpg?at=${Date.now()}`);
  const changes = {
    ...changesOf(form, { ...before, id }),
    ...(JSON.stringify(mask) !== JSON.stringify(settings.mask ?? []) && { mask: mask.length === 0 ? null : mask }),
  };
  const save = useAction(async () => {
    const status = await api.send<CameraStatus>('PATCH', `cameras/${encodeURIComponent(id)}`, changes);
    hub.feed(id).status.set(status);
    announcement.set('Saved');
    location.hash = addressOf.camera(id);
  });
  return (
    <form
      class="form wide"
      onSubmit={(event) => {
        event.preventDefault();
        save.run();
      }}
    >
      <div class="form-columns">
        <div>
          <h2>Camera</h2>
          <UrlField form={form} onChange={setForm} present={present ?? ''} />
          <CameraFields form={form} onChange={setForm} />
        </div>
        <section aria-labelledby="mask-title">
          <h2 id="mask-title">Mask</h2>
          <MaskEditor picture={picture} polygons={settings.mask ?? []} onChange={setMask} />
        </section>
      </div>
      <Failure error={save.error} />
      <div class="buttons sticky">
        <button type="submit" class="primary" disabled={save.isBusy || Object.keys(changes).length === 0}>
          {save.isBusy ? 'Saving' : 'Save'}
        </button>
        <a class="button" href={addressOf.camera(id)}>
          Cancel
        </a>
      </div>
    </form>
  );
};
