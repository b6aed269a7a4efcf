import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { useAction } from '../state/use-action.ts';
import { Field } from '../ui/field.tsx';
import { Failure, Loading } from '../ui/notice.tsx';
import type { Probe } from '../wire.ts';
import { ProbeResult } from './probe-result.tsx';
import type { CameraForm } from './settings-form.ts';

interface UrlFieldProps {
  readonly form: CameraForm;
  readonly onChange: (form: CameraForm) => void;
  /** The redacted one that stays when nothing is entered. */
  readonly present?: string | undefined;
}

/** Where a camera is, and whether it answers there. */
export const UrlField = ({ form, onChange, present }: UrlFieldProps) => {
  const { api, announcement } = useApp();
  const [probe, setProbe] = useState<Probe | undefined>(undefined);
  const test = useAction(async () => {
    setProbe(undefined);
    const { url, transport } = form;
    const answer = await api.send<Probe>('POST', 'cameras/probe', { url, ...(transport !== '' && { transport }) });
    setProbe(answer);
    if (answer.ok) announcement.set('The camera works');
  });
  return (
    <>
      <Field
        label="Address of the camera"
        hint={
          present === undefined
            ? 'Such as rtsp://user:password@192.168.1.20/stream1. rtsp, rtsps, http and https. The password is stored in the pipeline file and shown nowhere.'
            : `Now ${present}. Empty: it stays as it is.`
        }
      >
        {(ids) => (
          <input
            {...ids}
            type="url"
            inputMode="url"
            autoComplete="off"
            spellcheck={false}
            autoCapitalize="none"
            required={present === undefined}
            placeholder={present ?? 'rtsp://'}
            value={form.url}
            onInput={(event) => {
              setProbe(undefined);
              onChange({ ...form, url: event.currentTarget.value.trim() });
            }}
          />
        )}
      </Field>
      <div class="url-tools">
        <Field label="Transport">
          {(ids) => (
            <select
              {...ids}
              value={form.transport}
              onChange={(event) =>
                onChange({ ...form, transport: event.currentTarget.value as CameraForm['transport'] })
              }
            >
              <option value="">TCP (default)</option>
              <option value="tcp">TCP</option>
              <option value="udp">UDP</option>
            </select>
          )}
        </Field>
        <button type="button" disabled={form.url === '' || test.isBusy} onClick={() => test.run()}>
          {test.isBusy ? 'Connecting' : 'Test the connection'}
        </button>
      </div>
      {test.isBusy && <Loading what="the camera's picture" lines={1} />}
      <Failure error={test.error} />
      {probe && <ProbeResult probe={probe} />}
    </>
  );
};
