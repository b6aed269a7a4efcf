import { useEffect, useRef, useState } from 'preact/hooks';

import type { TransportChoice } from '../picture/choose-transport.ts';
import { makeDivider } from '../picture/divider.ts';
import { type Side, type StageKind, StagePlayer } from '../picture/stage-player.ts';
import { useApp } from '../state/app.ts';
import type { CameraFeed } from '../state/camera-feed.ts';
import { useStore } from '../state/use-store.ts';
import { LiveCanvas } from './live-canvas.tsx';
import { PictureAge } from './picture-age.tsx';

export const kindText: Readonly<Record<StageKind, string>> = {
  raw: 'Camera',
  denoised: 'Denoised',
  colorized: 'Synthetic colours',
};

interface StageProps {
  readonly feed: CameraFeed;
  readonly kinds: Readonly<Record<Side, StageKind>>;
  readonly choice: TransportChoice;
  readonly hasHeat: boolean;
  /** Told in words how the pictures come. */
  readonly onHow: (text: string) => void;
}

/** Two pictures of a camera under one divider, the heat map over both. */
export const Stage = ({ feed, kinds, choice, hasHeat, onHow }: StageProps) => {
  const { hub } = useApp();
  const status = useStore(feed.status);
  const elements = { stage: useRef<HTMLDivElement>(null), divider: useRef<HTMLDivElement>(null) };
  const canvases = { left: useRef<HTMLCanvasElement>(null), right: useRef<HTMLCanvasElement>(null) };
  const [player, setPlayer] = useState<StagePlayer | undefined>(undefined);
  const latest = useRef(kinds);
  latest.current = kinds;
  const setSplit = useRef<((percent: number) => void) | undefined>(undefined);

  useEffect(() => {
    const [left, right] = [canvases.left.current, canvases.right.current];
    if (!left || !right) return;
    const made = new StagePlayer(hub, feed.id, { left, right }, onHow);
    setPlayer(made);
    return () => made.close();
  }, [hub, feed]);
  useEffect(() => player?.set({ kinds, choice }), [player, kinds.left, kinds.right, choice]);
  useEffect(() => {
    const [stage, divider] = [elements.stage.current, elements.divider.current];
    if (!stage || !divider) return;
    setSplit.current = makeDivider(stage, divider, (percent) => {
      const { left, right } = latest.current;
      return `${percent} %: ${kindText[left]} on the left, ${kindText[right]} on the right`;
    });
  }, []);
  // What stands where has changed.
  useEffect(() => setSplit.current?.(Number(elements.divider.current?.getAttribute('aria-valuenow') ?? 50)), [kinds.left, kinds.right]); // prettier-ignore

  const { width = 16, height = 9 } = status?.live ?? {};
  const isOne = kinds.left === kinds.right;
  return (
    <div class="picture stage" ref={elements.stage} style={{ aspectRatio: `${width} / ${height}` }}>
      <canvas ref={canvases.right} data-testid="single-right" role="img" aria-label={kindText[kinds.right]} />
      <canvas
        ref={canvases.left}
        class="left-picture"
        data-testid="single-left"
        role="img"
        aria-label={kindText[kinds.left]}
      />
      {hasHeat && <LiveCanvas feed={feed} kind="heatmap" />}
      <span class="caption">{kindText[kinds.left]}</span>
      {!isOne && <span class="caption right">{kindText[kinds.right]}</span>}
      <div
        ref={elements.divider}
        class="divider"
        hidden={isOne}
        data-testid="divider"
        role="slider"
        tabIndex={0}
        aria-label="Divider between the two pictures"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
      />
      <PictureAge feed={feed} />
    </div>
  );
};
