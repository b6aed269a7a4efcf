import type { EdgePicture } from './edge-picture.ts';

/** How a picture compares with the usual one, tile by tile, over the tiles in which the usual one has structure. */
export interface ViewMatch {
  /** How many tiles have structure. */
  readonly tiles: number;
  /** Shares of them: those with nearly no edges left, with their edges elsewhere, and with their edges in place. */
  readonly lost: number;
  readonly elsewhere: number;
  readonly same: number;
}

const tileColumns = 4;
const tileRows = 3;
/** Standard deviation of the edges, in gray levels, from which on a tile has structure. */
const leastStructure = 0.8;
/**
 * A tile has lost its edges when so little of that deviation is left; more where they are not in place: a cloth on the
 * lens leaves 0.01 to 0.05 by day, and 0.1 to 0.4 of noise by night. Infrared light leaves 0.39 and more, in place.
 */
const lostShares = { inPlace: 0.2, elsewhere: 0.45 };
/** Correlations: from `same` on it is the same; edges are displaced when a shift gives `shifted`, `gain` more than none; unrelated below `other`. */
const correlations = { same: 0.5, shifted: 0.45, gain: 0.15, other: 0.25 };
/** How far a shift is looked for, in places of the edge picture. */
const reach = 6;

interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Compares two edge pictures of one size. Light and infrared change how strong edges are, hardly where they are; a camera
 * that was moved or knocked has them elsewhere, a covered one nowhere.
 */
export const matchViews = (usual: EdgePicture, now: EdgePicture): ViewMatch => {
  const [width, height] = [Math.floor(usual.width / tileColumns), Math.floor(usual.height / tileRows)];
  const verdicts: (TileVerdict | undefined)[] = [];
  for (let row = 0; row < tileRows; row++)
    for (let column = 0; column < tileColumns; column++)
      verdicts.push(judgeTile(usual, now, { x: column * width, y: row * height, width, height }));
  const told = verdicts.filter((verdict) => verdict !== undefined);
  const share = (wanted: TileVerdict): number =>
    told.filter((verdict) => verdict === wanted).length / Math.max(1, told.length);
  return { tiles: told.length, lost: share('lost'), elsewhere: share('elsewhere'), same: share('same') };
};

type TileVerdict = 'lost' | 'same' | 'elsewhere' | 'unsure';

const judgeTile = (usual: EdgePicture, now: EdgePicture, tile: Tile): TileVerdict | undefined => {
  const still = compare(usual, now, tile, 0, 0);
  if (still.usual < leastStructure) return undefined;
  const left = still.now / still.usual;
  if (left < lostShares.inPlace) return 'lost';
  if (still.correlation >= correlations.same) return 'same';
  if (left < lostShares.elsewhere) return 'lost';
  let best = still.correlation;
  for (let down = -reach; down <= reach; down++)
    for (let right = -reach; right <= reach; right++)
      best = Math.max(best, compare(usual, now, tile, right, down).correlation);
  const isDisplaced = best >= correlations.shifted && best - still.correlation >= correlations.gain;
  return isDisplaced || best < correlations.other ? 'elsewhere' : 'unsure';
};

/** Standard deviations of both over a tile, `now` looked at so many places to the right and down, and their correlation. */
const compare = (usual: EdgePicture, now: EdgePicture, tile: Tile, right: number, down: number) => {
  let [count, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  const [left, end] = [Math.max(tile.x, -right), Math.min(tile.x + tile.width, now.width - right)];
  const [top, bottom] = [Math.max(tile.y, -down), Math.min(tile.y + tile.height, now.height - down)];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < end; x++) {
      const before = usual.edges[y * usual.width + x]!;
      const after = now.edges[(y + down) * now.width + x + right]!;
      count++;
      a += before;
      b += after;
      aa += before * before;
      bb += after * after;
      ab += before * after;
    }
  const deviation = (sum: number, squares: number): number =>
    Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  const [ofUsual, ofNow] = [deviation(a, aa), deviation(b, bb)];
  const correlation = (ab / count - (a / count) * (b / count)) / Math.max(1e-6, ofUsual * ofNow);
  return { usual: ofUsual, now: ofNow, correlation };
};
