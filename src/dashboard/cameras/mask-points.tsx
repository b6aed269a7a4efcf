import { useRef } from 'preact/hooks';

import type { Point, Polygon } from '../wire.ts';
import { type MaskAction, movedPoint, placeText } from './mask-drawing.ts';

interface MaskPointsProps {
  readonly polygons: readonly Polygon[];
  readonly draft: Polygon;
  readonly pointOf: (event: PointerEvent) => Point;
  readonly act: (action: MaskAction) => void;
}

const place = ([x, y]: Point) => ({ left: `${x * 100}%`, top: `${y * 100}%` });

/** The corners of areas: dragged, moved by arrow keys, removed by delete. */
export const MaskPoints = ({ polygons, draft, pointOf, act }: MaskPointsProps) => {
  const dragged = useRef(false);
  return (
    <>
      {draft.map((point, index) => (
        <span key={`draft ${index}`} class={index === 0 ? 'corner-dot first' : 'corner-dot'} style={place(point)} />
      ))}
      {polygons.flatMap((polygon, area) =>
        polygon.map((point, index) => (
          <button
            type="button"
            key={`${area} ${index}`}
            class="corner"
            style={place(point)}
            aria-label={`Area ${area + 1}, point ${index + 1}: ${placeText(point)}`}
            onPointerDown={(event) => {
              dragged.current = false;
              event.currentTarget.setPointerCapture(event.pointerId);
            }}
            onPointerMove={(event) => {
              if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
              act({ type: 'move', polygon: area, index, point: pointOf(event), isSame: dragged.current });
              dragged.current = true;
            }}
            onKeyDown={(event) => {
              const moved = movedPoint(point, event.key, event.shiftKey);
              if (moved) act({ type: 'move', polygon: area, index, point: moved });
              else if (event.key === 'Delete' || event.key === 'Backspace')
                act({ type: 'remove-point', polygon: area, index });
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
          />
        )),
      )}
    </>
  );
};
