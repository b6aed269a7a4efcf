import type { Colour } from './canvas.ts';
import { mix, noise2d, smoothstep, uniform } from './random.ts';
import type { Point3 } from './view.ts';

// Called for every pixel; a global is slow to look up in a sandbox such as Jest.
const { abs, floor, min, round, sin } = Math;

/** What a line of sight hits: its colour in full light, and how light reaches it. */
export interface Hit {
  readonly colour: Colour;
  readonly surface: 'ground' | 'wall' | 'window' | 'sky';
  /** Metres; the ground point, or the point of the wall. */
  readonly at: Point3;
}

/** The walkway crosses the picture; metres from the camera. */
const walkway = { near: 9.3, far: 16 } as const;
/** Where the path to the door runs, in metres to the right, at distance `z`. */
export const doorPathX = (z: number): number => 2.2 + 1.6 * sin((z - 16) / 11);
const doorPathHalfWidth = 1.7;
const facadeZ = 46;
const sideWallX = -14;
const plazaZ = 36;
const gap = { from: 11, to: 16.5 } as const;

const brightened = ([red, green, blue]: Colour, by: number): Colour => [red * by, green * by, blue * by];

/** 0 in a joint between tiles, 1 on a tile; joints vanish where they are finer than a pixel. */
const joint = (position: number, tile: number, pixelMetres: number): number => {
  const from = abs(position / tile - round(position / tile)) * tile;
  return mix(1, smoothstep(0.012, 0.035, from), min(1, 0.05 / pixelMetres));
};

const slabs = (seed: number, x: number, z: number, size: number, pixelMetres: number, colour: Colour): Colour => {
  const [column, row] = [floor(x / size), floor(z / size)];
  const tone = mix(0.93, 1.06, uniform(seed, column, row)) * mix(0.9, 1.08, noise2d(seed + 1, x * 0.7, z * 0.7));
  const grain = mix(0.95, 1.05, noise2d(seed + 2, x * 14, z * 14));
  const joints = min(joint(x, size, pixelMetres), joint(z, size, pixelMetres * 2));
  return brightened(colour, tone * grain * mix(0.72, 1, joints));
};

const grass = (seed: number, x: number, z: number): Colour => {
  const patch = noise2d(seed + 3, x * 0.35, z * 0.35);
  const blades = noise2d(seed + 4, x * 9, z * 5) * 0.6 + noise2d(seed + 5, x * 25, z * 12) * 0.4;
  return brightened([mix(88, 122, patch), mix(116, 128, patch), mix(58, 70, patch)], mix(0.76, 1.16, blades));
};

const groundColour = (seed: number, x: number, z: number, pixelMetres: number): Colour => {
  if (z > walkway.near && z < walkway.far) return slabs(seed, x, z, 0.75, pixelMetres, [176, 166, 152]);
  if (z > walkway.near - 0.22 && z < walkway.far + 0.25) return slabs(seed, x, z, 1.5, pixelMetres, [198, 194, 186]);
  const fromPath = abs(x - doorPathX(z));
  if (z > walkway.far && fromPath < doorPathHalfWidth)
    return brightened([150, 143, 135], mix(0.86, 1.08, noise2d(seed + 6, x * 7, z * 7)));
  if (z > walkway.far && fromPath < doorPathHalfWidth + 0.15) return [186, 182, 174];
  if (z > plazaZ) return slabs(seed, x, z, 1.2, pixelMetres, [158, 146, 136]);
  return grass(seed, x, z);
};

/** A storey is 3 m, a window axis 2.6 m; `u` runs along the wall. */
const wallHit = (seed: number, u: number, height: number, wall: Colour, at: Point3): Hit => {
  const [axis, storey] = [floor(u / 2.6), floor(height / 3)];
  const [across, up] = [u - axis * 2.6, height - storey * 3];
  const wear = mix(0.88, 1.06, noise2d(seed + 7, u * 0.6, height * 0.6));
  if (height < 0.6) return { colour: brightened([112, 108, 104], wear), surface: 'wall', at };
  const inWindow = across > 0.65 && across < 1.95 && up > 0.95 && up < 2.5;
  if (inWindow) {
    const frame = across < 0.75 || across > 1.85 || up < 1.05 || up > 2.4 || abs(across - 1.3) < 0.05;
    if (frame) return { colour: [214, 210, 202], surface: 'wall', at };
    const lit = uniform(seed, axis, storey, 8) < 0.3;
    const sheen = mix(52, 104, noise2d(seed + 9, u * 0.5 + height, height * 0.8));
    return {
      colour: lit ? [206, 178, 120] : [sheen * 0.85, sheen, sheen * 1.15],
      surface: lit ? 'window' : 'wall',
      at,
    };
  }
  if (up > 2.82) return { colour: brightened([190, 182, 170], wear), surface: 'wall', at };
  const brick = mix(0.9, 1.06, uniform(seed, floor(height * 7), floor(u * 3.4 + (floor(height * 7) % 2) / 2)));
  return { colour: brightened(wall, wear * brick), surface: 'wall', at };
};

const facadeHit = (seed: number, x: number, height: number): Hit => {
  const at: Point3 = [x, height, facadeZ];
  if (x > gap.from && x < gap.to) {
    const hedge = 3.2 + 1.6 * noise2d(seed + 10, x * 1.3, 0);
    if (height > hedge) {
      const haze = mix(1, 0.9, noise2d(seed + 11, x * 0.4, height * 0.8));
      return { colour: brightened([196, 212, 232], haze), surface: 'sky', at };
    }
    return {
      colour: brightened([62, 84, 48], mix(0.7, 1.3, noise2d(seed + 12, x * 4, height * 4))),
      surface: 'wall',
      at,
    };
  }
  const door = abs(x - doorPathX(facadeZ));
  if (door < 1.1 && height < 2.7) {
    const glass = door < 0.95 && height < 2.5 && door > 0.06;
    return { colour: glass ? [64, 76, 84] : [84, 66, 52], surface: 'wall', at };
  }
  return wallHit(seed, x + 40, height, x > gap.to ? [188, 172, 140] : [158, 104, 84], at);
};

/**
 * What the camera at [0, cameraHeight, 0] sees along the direction [x, y, 1]: the ground, the wall on the left,
 * or the buildings opposite. `pixelMetres` is the width of a pixel at distance 1.
 */
export const lookAlong = (seed: number, cameraHeight: number, x: number, y: number, pixelMetres: number): Hit => {
  const groundZ = y < 0 ? -cameraHeight / y : Infinity;
  const sideZ = x < 0 ? sideWallX / x : Infinity;
  if (sideZ > 19 && sideZ < min(groundZ, facadeZ))
    return wallHit(
      seed + 20,
      sideZ,
      cameraHeight + y * sideZ,
      [196, 184, 158],
      [sideWallX, cameraHeight + y * sideZ, sideZ],
    );
  if (groundZ < facadeZ) {
    const at: Point3 = [x * groundZ, 0, groundZ];
    return { colour: groundColour(seed, at[0], groundZ, pixelMetres * groundZ), surface: 'ground', at };
  }
  return facadeHit(seed, x * facadeZ, cameraHeight + y * facadeZ);
};
