import type { Point, Polygon } from '../wire.ts';

/** Areas, and one that is being drawn; what there was before each change, so that it can be taken back. */
export interface MaskDrawing {
  readonly polygons: readonly Polygon[];
  readonly draft: Polygon;
  readonly history: readonly Pick<MaskDrawing, 'polygons' | 'draft'>[];
}

export type MaskAction =
  | { readonly type: 'add'; readonly point: Point }
  | { readonly type: 'close' }
  | { readonly type: 'undo' }
  /** `isSame`: it goes on with the move before, and both are taken back together. */
  | {
      readonly type: 'move';
      readonly polygon: number;
      readonly index: number;
      readonly point: Point;
      readonly isSame?: boolean;
    }
  | { readonly type: 'remove-point'; readonly polygon: number; readonly index: number }
  | { readonly type: 'remove'; readonly polygon: number };

/** An area has at least so many points. */
const fewest = 3;
/** Enough to take back a whole area. */
const keptSteps = 100;

export const startDrawing = (polygons: readonly Polygon[]): MaskDrawing => ({ polygons, draft: [], history: [] });

const within = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
/** Inside the picture, to a thousandth. */
export const clamped = ([x, y]: Point): Point => [within(x), within(y)];

/** The drawing after an action; the very same one if there is nothing to do. */
export const drawMask = (drawing: MaskDrawing, action: MaskAction): MaskDrawing => {
  const { polygons, draft, history } = drawing;
  const to = (next: Partial<Pick<MaskDrawing, 'polygons' | 'draft'>>, isSame = false): MaskDrawing => ({
    ...drawing,
    ...next,
    history: isSame ? history : [...history, { polygons, draft }].slice(-keptSteps),
  });
  const changed = (at: number, change: (polygon: Polygon) => Polygon): readonly Polygon[] =>
    polygons.map((polygon, index) => (index === at ? change(polygon) : polygon));
  switch (action.type) {
    case 'add':
      return to({ draft: [...draft, clamped(action.point)] });
    case 'close':
      return draft.length < fewest ? drawing : to({ polygons: [...polygons, draft], draft: [] });
    case 'move':
      return to(
        {
          polygons: changed(action.polygon, (polygon) =>
            polygon.map((point, index) => (index === action.index ? clamped(action.point) : point)),
          ),
        },
        action.isSame,
      );
    case 'remove-point': {
      const isLast = (polygons[action.polygon]?.length ?? 0) <= fewest;
      if (isLast) return to({ polygons: polygons.filter((_polygon, index) => index !== action.polygon) });
      return to({
        polygons: changed(action.polygon, (polygon) => polygon.filter((_point, index) => index !== action.index)),
      });
    }
    case 'remove':
      return to({ polygons: polygons.filter((_polygon, index) => index !== action.polygon) });
    case 'undo': {
      const before = history.at(-1);
      return before ? { ...before, history: history.slice(0, -1) } : drawing;
    }
  }
};

const steps: Readonly<Record<string, Point>> = {
  ArrowLeft: [-0.01, 0],
  ArrowRight: [0.01, 0],
  ArrowUp: [0, -0.01],
  ArrowDown: [0, 0.01],
};

/** Where an arrow key moves a point to, ten times as far with shift; undefined for other keys. */
export const movedPoint = ([x, y]: Point, key: string, isFar: boolean): Point | undefined => {
  const step = steps[key];
  const times = isFar ? 10 : 1;
  return step && clamped([x + step[0] * times, y + step[1] * times]);
};

/** "12 % from the left, 40 % from the top" */
export const placeText = ([x, y]: Point): string =>
  `${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top`;
