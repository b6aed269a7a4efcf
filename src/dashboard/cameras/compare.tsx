import { useState } from 'preact/hooks';

import type { TransportChoice } from '../picture/choose-transport.ts';
import type { Side, StageKind } from '../picture/stage-player.ts';
import { useApp } from '../state/app.ts';
import type { CameraFeed } from '../state/camera-feed.ts';
import { useStore } from '../state/use-store.ts';
import { HeatSwitch } from '../ui/heat-switch.tsx';
import { kindText, Stage } from './stage.tsx';

const transports: Readonly<Record<TransportChoice, string>> = { auto: 'Automatic', jpeg: 'JPEG', h264: 'H.264' };

interface SelectProps<Name extends string> {
  readonly label: string;
  readonly value: Name;
  readonly options: Readonly<Record<Name, string>>;
  readonly isOffered?: (name: Name) => boolean;
  readonly onChoose: (name: Name) => void;
}

const Select = <Name extends string>({ label, value, options, isOffered, onChoose }: SelectProps<Name>) => (
  <label class="select">
    {label}
    <select value={value} onChange={(event) => onChoose(event.currentTarget.value as Name)}>
      {(Object.entries(options) as [Name, string][]).map(([name, text]) => (
        <option key={name} value={name} disabled={isOffered?.(name) === false}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

/** A camera's pictures: which ones stand side by side, how they travel, and the heat map. */
export const Compare = ({ feed }: { feed: CameraFeed }) => {
  const { preferences } = useApp();
  const status = useStore(feed.status);
  const isColorized = useStore(feed.isColorized);
  const wishes = useStore(preferences);
  const [chosen, setChosen] = useState<Partial<Record<Side, StageKind>>>({});
  const [how, setHow] = useState('');
  const [choice, setChoice] = useState<TransportChoice>('auto');
  const canDenoise = status?.working.includes('denoise') ?? false;
  const has = (kind: StageKind): boolean => kind === 'raw' || (kind === 'denoised' ? canDenoise : isColorized);
  const kinds = { left: chosen.left ?? 'raw', right: chosen.right ?? (canDenoise ? 'denoised' : 'raw') };
  const canHeat = status?.working.includes('anomaly') ?? false;
  return (
    <section class="compare" data-testid="single" aria-label={`Pictures of ${feed.id}`}>
      <Stage feed={feed} kinds={kinds} choice={choice} hasHeat={canHeat && wishes.heat} onHow={setHow} />
      <div class="stage-tools">
        {(['left', 'right'] as const).map((side) => (
          <Select
            key={side}
            label={side === 'left' ? 'Left' : 'Right'}
            value={kinds[side]}
            options={kindText}
            isOffered={has}
            onChoose={(kind) => setChosen({ ...chosen, [side]: kind })}
          />
        ))}
        <Select label="Transport" value={choice} options={transports} onChoose={setChoice} />
        {canHeat && <HeatSwitch />}
        <p class="how number" data-testid="how">
          {how}
        </p>
      </div>
    </section>
  );
};
