import { useEffect, useRef } from 'preact/hooks';

import { drawCells } from '../picture/heatmap.ts';
import { useApp } from '../state/app.ts';
import { useResource } from '../state/use-resource.ts';
import { useStore } from '../state/use-store.ts';
import { Snapshot } from '../ui/alert-parts.tsx';
import { HeatSwitch } from '../ui/heat-switch.tsx';
import { exactText } from '../ui/time-text.ts';
import type { Alert, GridOfHeat } from '../wire.ts';

/** What the camera saw at the peak, with the heat map over it, or last before it was down. */
export const AlertPicture = ({ alert }: { alert: Alert }) => {
  const { preferences } = useApp();
  const wishes = useStore(preferences);
  // Its peak makes the address new when the map is.
  const heat = useResource<GridOfHeat>(
    `alerts/${encodeURIComponent(alert.id)}/heatmap?peak=${Math.round(alert.peakAt)}`,
  );
  const canvas = useRef<HTMLCanvasElement>(null);
  const { value } = heat;
  const isShown = value !== undefined && wishes.heat;
  useEffect(() => {
    if (canvas.current && value) drawCells(canvas.current, value.columns, value.rows, value.values);
  }, [value, isShown]);
  return (
    <figure class="alert-picture">
      <div class="picture still">
        <Snapshot alert={alert} alt={`What ${alert.camera} saw`} />
        {isShown && (
          <canvas
            ref={canvas}
            class="heatmap"
            role="img"
            aria-label="Heat map of what was unusual"
            data-testid="alert-heat"
          />
        )}
      </div>
      {value && (
        <figcaption>
          <HeatSwitch />
          <span class="muted">Amber: at the threshold. Red: twice as unusual.</span>
        </figcaption>
      )}
      {alert.kind === 'camera-down' && alert.snapshotAt !== null && (
        <figcaption class="muted">The last picture before, of {exactText(alert.snapshotAt)}</figcaption>
      )}
    </figure>
  );
};
