import { useApp } from '../state/app.ts';
import type { Preferences } from '../state/preferences.ts';
import { addressOf } from '../state/route.ts';
import { may } from '../state/session.ts';
import { useStore } from '../state/use-store.ts';
import { Choice } from '../ui/field.tsx';
import { HeatSwitch } from '../ui/heat-switch.tsx';
import { Icon } from '../ui/icon.tsx';
import { Empty, Loading } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { CameraCard } from './camera-card.tsx';
import { NowStrip } from './now-strip.tsx';
import { Summary } from './summary.tsx';

const pictures: Readonly<Record<Preferences['picture'], string>> = {
  raw: 'Camera',
  denoised: 'Denoised',
  colorized: 'Colours',
};

/** Every camera, and above them what is unusual right now. */
export const GridView = () => {
  const { hub, alerts, preferences, keeper, pipeline } = useApp();
  useTitle('');
  const ids = useStore(hub.cameras);
  const alarmed = new Set(useStore(alerts.recent)?.flatMap(({ camera, endAt }) => (endAt === null ? [camera] : [])));
  const wishes = useStore(preferences);
  const canAdd = may(useStore(keeper.session), 'admin') && (useStore(pipeline)?.canWrite ?? false);
  return (
    <>
      <div class="head">
        <h1>Cameras</h1>
        <Summary />
        <div class="head-tools">
          <Choice
            label="Picture"
            value={wishes.picture}
            options={pictures}
            onChoose={(picture) => preferences.set({ ...wishes, picture })}
          />
          <HeatSwitch />
          <WallButton />
        </div>
      </div>
      {ids?.length === 0 ? <FirstCamera canAdd={canAdd} /> : <NowStrip />}
      {ids === undefined && <Loading what="cameras" lines={2} />}
      <div class="grid">
        {ids?.map((id) => (
          <CameraCard key={id} id={id} isAlarmed={alarmed.has(id)} />
        ))}
        {ids !== undefined && ids.length > 0 && canAdd && (
          <a class="card add" href={addressOf.cameraNew}>
            <Icon name="plus" />
            Add a camera
          </a>
        )}
      </div>
    </>
  );
};

/** What a new Nightjar says. */
const FirstCamera = ({ canAdd }: { canAdd: boolean }) => (
  <Empty title="No camera yet.">
    {canAdd ? (
      <>
        <p>
          Nightjar finds cameras on this network, or takes an address. It then watches for a while, and learns what is
          normal.
        </p>
        <a class="button primary" href={addressOf.cameraNew}>
          <Icon name="plus" />
          Add a camera
        </a>
      </>
    ) : (
      <p>Whoever may change Nightjar can add one.</p>
    )}
  </Empty>
);

/** For a screen on the wall: nothing but the cameras. */
const WallButton = () =>
  document.fullscreenEnabled ? (
    <button
      type="button"
      class="quiet icon-only"
      aria-label="Fill the screen"
      onClick={() =>
        void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen())
      }
    >
      <Icon name="wall" />
    </button>
  ) : null;
