import { useEffect, useReducer, useRef, useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { Icon } from '../ui/icon.tsx';
import type { Point, Polygon } from '../wire.ts';
import { clamped, drawMask, movedPoint, placeText, startDrawing } from './mask-drawing.ts';
import { MaskPoints } from './mask-points.tsx';

interface MaskEditorProps {
  /** The address of a picture to draw on. */
  readonly picture: string;
  readonly polygons: readonly Polygon[];
  readonly onChange: (polygons: readonly Polygon[]) => void;
}

/** A first point this close (in shares of the picture) ends the area. */
const closeTo = 0.025;

/** Areas of the picture that nobody shall see, drawn by pointer or keys. */
export const MaskEditor = ({ picture, polygons: initial, onChange }: MaskEditorProps) => {
  const { announcement } = useApp();
  const [drawing, dispatch] = useReducer(drawMask, initial, startDrawing);
  const [cursor, setCursor] = useState<Point | undefined>(undefined);
  const [hasPicture, setHasPicture] = useState(true);
  const surface = useRef<SVGSVGElement>(null);
  const { polygons, draft, history } = drawing;

  useEffect(() => onChange(polygons), [polygons]);
  const close = (): void => {
    if (draft.length < 3) return announcement.set('An area needs three points');
    dispatch({ type: 'close' });
    announcement.set(`Area ${polygons.length + 1} is closed`);
  };
  const add = (point: Point): void => {
    const [first] = draft;
    const isFirst = first !== undefined && Math.hypot(point[0] - first[0], point[1] - first[1]) < closeTo;
    if (isFirst && draft.length >= 3) return close();
    dispatch({ type: 'add', point });
    announcement.set(`Point ${draft.length + 1}: ${placeText(point)}`);
  };
  const pointOf = ({ clientX, clientY }: PointerEvent | MouseEvent): Point => {
    const { left, top, width, height } = surface.current?.getBoundingClientRect() ?? {
      left: 0,
      top: 0,
      width: 1,
      height: 1,
    };
    return clamped([(clientX - left) / width, (clientY - top) / height]);
  };
  const onKey = (event: KeyboardEvent): void => {
    // Keys of a corner are its own.
    if (event.target !== surface.current) return;
    const at = cursor ?? [0.5, 0.5];
    const moved = movedPoint(at, event.key, event.shiftKey);
    if (moved) setCursor(moved);
    else if (event.key === ' ') add(at);
    else if (event.key === 'Enter') close();
    else if (event.key === 'Backspace' || (event.key === 'z' && (event.ctrlKey || event.metaKey)))
      dispatch({ type: 'undo' });
    else return;
    event.preventDefault();
  };

  const lines = (polygon: Polygon): string => polygon.map(([x, y]) => `${x * 100},${y * 100}`).join(' ');
  return (
    <div class="mask-editor">
      <p class="hint" id="mask-help">
        What lies in an area is blacked out before anything else sees the picture. Click to set points, click the first
        one again to close the area. By keys: arrows move the cross (further with shift), space sets a point, enter
        closes, backspace takes back.
      </p>
      <div class="picture mask">
        <img
          src={picture}
          alt="The camera's newest picture"
          onError={() => setHasPicture(false)}
          onLoad={() => setHasPicture(true)}
          hidden={!hasPicture}
        />
        {!hasPicture && <p class="no-picture">There is no picture now; areas can be drawn all the same.</p>}
        <svg
          ref={surface}
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          tabIndex={0}
          role="application"
          aria-label="Areas to black out"
          aria-describedby="mask-help"
          data-testid="mask"
          onKeyDown={onKey}
          onFocus={({ target }) => target === surface.current && setCursor(cursor ?? [0.5, 0.5])}
          onPointerMove={(event) => setCursor(pointOf(event))}
          onClick={(event) =>
            event.target instanceof Element && !event.target.closest('.corner') && add(pointOf(event))
          }
        >
          {polygons.map((polygon, index) => (
            <polygon key={index} class="area" points={lines(polygon)} />
          ))}
          {draft.length > 0 && <polyline class="draft" points={lines(cursor ? [...draft, cursor] : draft)} />}
        </svg>
        <MaskPoints polygons={polygons} draft={draft} pointOf={pointOf} act={dispatch} />
        {cursor && <span class="cross" style={{ left: `${cursor[0] * 100}%`, top: `${cursor[1] * 100}%` }} />}
      </div>
      <div class="buttons">
        <button type="button" disabled={draft.length < 3} onClick={close}>
          <Icon name="check" />
          Close the area
        </button>
        <button type="button" disabled={history.length === 0} onClick={() => dispatch({ type: 'undo' })}>
          <Icon name="back" />
          Undo
        </button>
      </div>
      <ul class="areas" aria-label="Areas">
        {polygons.map((polygon, index) => (
          <li key={index}>
            Area {index + 1}, {polygon.length} points
            <button type="button" class="small" onClick={() => dispatch({ type: 'remove', polygon: index })}>
              Delete <span class="unseen">area {index + 1}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
};
