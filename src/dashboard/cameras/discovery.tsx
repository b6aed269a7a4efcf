import { useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { useAction } from '../state/use-action.ts';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failure, Loading } from '../ui/notice.tsx';
import { withCredentials } from './settings-form.ts';

interface Device {
  readonly name: string;
  readonly hardware?: string;
  readonly address: string;
  readonly xaddr: string;
}

interface Stream {
  readonly name: string;
  /** Without a password. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
}

/** Cameras that answer on the local network (ONVIF), and their streams. `onChoose` gets a URL with the password in it. */
export const Discovery = ({ onChoose }: { onChoose: (url: string) => void }) => {
  const { api, announcement } = useApp();
  const [devices, setDevices] = useState<readonly Device[] | undefined>(undefined);
  const [device, setDevice] = useState<Device | undefined>(undefined);
  const look = useAction(async () => {
    const found = await api.get<{ devices: Device[] }>('cameras/discover');
    setDevices(found.devices);
    announcement.set(`${found.devices.length} cameras found`);
  });
  return (
    <div class="discovery">
      <button type="button" disabled={look.isBusy} onClick={() => look.run()}>
        <Icon name="search" />
        {look.isBusy ? 'Looking for three seconds' : 'Look for cameras'}
      </button>
      <Failure error={look.error} />
      {look.isBusy && <Loading what="cameras on the network" lines={2} />}
      {devices?.length === 0 && !look.isBusy && (
        <Empty title="No camera answered.">
          <p>It must be in the same network and have ONVIF switched on. Its address can be entered by hand as well.</p>
        </Empty>
      )}
      <ul class="devices">
        {devices?.map((found) => (
          <li key={found.xaddr}>
            <button type="button" aria-expanded={device === found} onClick={() => setDevice(found)}>
              <strong>{found.name}</strong>
              <span class="muted number">
                {found.hardware && `${found.hardware}, `}
                {found.address}
              </span>
            </button>
            {device === found && <Streams device={found} onChoose={onChoose} />}
          </li>
        ))}
      </ul>
    </div>
  );
};

const Streams = ({ device, onChoose }: { device: Device; onChoose: (url: string) => void }) => {
  const { api } = useApp();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [streams, setStreams] = useState<readonly Stream[] | undefined>(undefined);
  const ask = useAction(async () => {
    const body = { xaddr: device.xaddr, username, password };
    setStreams((await api.send<{ streams: Stream[] }>('POST', 'cameras/discover/streams', body)).streams);
  });
  return (
    <form
      class="streams"
      onSubmit={(event) => {
        event.preventDefault();
        ask.run();
      }}
    >
      <div class="fields">
        <Field label="User of the camera">
          {(ids) => (
            <input
              {...ids}
              autoComplete="off"
              value={username}
              onInput={(event) => setUsername(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Its password">
          {(ids) => (
            <input
              {...ids}
              type="password"
              autoComplete="off"
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" disabled={ask.isBusy}>
          {ask.isBusy ? 'Asking' : 'Show its streams'}
        </button>
      </div>
      <Failure error={ask.error} />
      {streams?.length === 0 && <p class="muted">It offers no stream.</p>}
      <ul class="stream-list">
        {streams?.map((stream) => (
          <li key={stream.url}>
            <button type="button" onClick={() => onChoose(withCredentials(stream.url, username, password))}>
              <strong>{stream.name}</strong>
              <span class="muted number">
                {stream.codec}, {stream.width}×{stream.height}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
};
