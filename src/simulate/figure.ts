import { fillCapsule, paint, shadow, type Canvas, type Colour } from './canvas.ts';
import type { Daylight } from './daylight.ts';
import { sequence } from './random.ts';
import { project, type Point3, type View } from './view.ts';

/** How a person looks; metres and colours. */
export interface Look {
  readonly height: number;
  readonly girth: number;
  readonly top: Colour;
  readonly bottom: Colour;
  readonly skin: Colour;
  readonly hair: Colour;
  readonly bag: Colour | undefined;
  readonly coat: boolean;
}

/** A person at one moment. `heading` in radians: 0 walks to the right, pi/2 away from the camera. */
export interface Figure {
  readonly look: Look;
  readonly x: number;
  readonly z: number;
  readonly heading: number;
  /** Radians of the step, 2 pi a pair of steps. */
  readonly stride: number;
  readonly running: boolean;
}

/** A body part between two points given as [forward, left, up] in metres. */
interface Limb {
  readonly from: Point3;
  readonly to: Point3;
  readonly thick: number;
  readonly thin: number;
  readonly colour: Colour;
}

const tops: readonly Colour[] = [
  [42, 48, 66], [120, 40, 44], [196, 190, 180], [64, 84, 72], [36, 36, 40], [88, 104, 140], [176, 140, 84], [206, 208, 212], [112, 76, 104], [62, 60, 58],
]; // prettier-ignore
const bottoms: readonly Colour[] = [[44, 54, 80], [34, 34, 38], [92, 86, 76], [66, 72, 88], [128, 116, 98]]; // prettier-ignore
const skins: readonly Colour[] = [[206, 164, 138], [172, 126, 98], [120, 84, 64], [222, 184, 160]]; // prettier-ignore
const hairs: readonly Colour[] = [[44, 34, 28], [92, 66, 44], [28, 26, 26], [164, 132, 88], [150, 148, 146]]; // prettier-ignore

export const lookOf = (seed: number): Look => {
  const next = sequence(seed, 77);
  const pick = (colours: readonly Colour[]): Colour => colours[Math.floor(next() * colours.length)] ?? [90, 90, 90];
  return {
    height: 1.55 + 0.35 * next(),
    girth: 0.88 + 0.3 * next(),
    top: pick(tops),
    bottom: pick(bottoms),
    skin: pick(skins),
    hair: pick(hairs),
    bag: next() < 0.4 ? pick(tops) : undefined,
    coat: next() < 0.25,
  };
};

const leg = (look: Look, angle: number, bend: number, left: number, hip: number): readonly Limb[] => {
  const [thigh, shin] = [0.26 * look.height, 0.25 * look.height];
  const knee: Point3 = [thigh * Math.sin(angle), left, hip - thigh * Math.cos(angle)];
  const ankle: Point3 = [knee[0] + shin * Math.sin(angle - bend), left, knee[2] - shin * Math.cos(angle - bend)];
  const toe: Point3 = [ankle[0] + 0.13 * Math.cos(angle - bend), left, ankle[2] + 0.13 * Math.sin(angle - bend)];
  const width = 0.085 * look.girth;
  return [
    { from: [0, left, hip], to: knee, thick: width, thin: width * 0.8, colour: look.bottom },
    { from: knee, to: ankle, thick: width * 0.8, thin: width * 0.55, colour: look.bottom },
    { from: ankle, to: toe, thick: 0.05, thin: 0.04, colour: [38, 34, 32] },
  ];
};

const arm = (
  look: Look,
  angle: number,
  bend: number,
  left: number,
  shoulder: number,
  lean: number,
): readonly Limb[] => {
  const [upper, fore] = [0.17 * look.height, 0.15 * look.height];
  const elbow: Point3 = [lean + upper * Math.sin(angle), left, shoulder - upper * Math.cos(angle)];
  const hand: Point3 = [
    elbow[0] + fore * Math.sin(angle + bend),
    left * 0.95,
    elbow[2] - fore * Math.cos(angle + bend),
  ];
  return [
    { from: [lean, left, shoulder], to: elbow, thick: 0.06, thin: 0.05, colour: look.top },
    { from: elbow, to: hand, thick: 0.05, thin: 0.035, colour: look.top },
    { from: hand, to: hand, thick: 0.048, thin: 0.048, colour: look.skin },
  ];
};

/** The body parts of a walking or running person; feet touch the ground. */
const limbsOf = ({ look, stride, running }: Figure): readonly Limb[] => {
  const [swing, kneeBend, elbowBend] = running ? [0.75, 1.5, 1.5] : [0.44, 0.75, 0.25];
  const angles = [swing * Math.sin(stride), -swing * Math.sin(stride)] as const;
  const bends = [
    kneeBend * Math.max(0, Math.cos(stride)) + 0.05,
    kneeBend * Math.max(0, -Math.cos(stride)) + 0.05,
  ] as const;
  const hip =
    0.04 +
    Math.max(
      ...angles.map(
        (angle, side) => look.height * (0.26 * Math.cos(angle) + 0.25 * Math.cos(angle - (bends[side] ?? 0))),
      ),
    );
  const [shoulder, lean] = [hip + 0.29 * look.height, (running ? 0.1 : 0.02) * look.height];
  const [hips, shoulders] = [0.085 * look.girth, 0.175 * look.girth];
  const trunk = 0.135 * look.girth;
  const head = hip + 0.405 * look.height;
  const skirt: Limb[] = look.coat
    ? [{ from: [0, 0, hip], to: [0, 0, hip - 0.2 * look.height], thick: trunk, thin: trunk * 1.15, colour: look.top }]
    : [];
  const bag: Limb[] =
    look.bag === undefined
      ? []
      : [
          {
            from: [lean - 0.2, 0, shoulder - 0.08],
            to: [lean - 0.19, 0, shoulder - 0.36],
            thick: 0.11,
            thin: 0.13,
            colour: look.bag,
          },
        ];
  return [
    ...leg(look, angles[0], bends[0], hips, hip),
    ...leg(look, angles[1], bends[1], -hips, hip),
    ...skirt,
    ...arm(look, -angles[0] * 0.9, elbowBend, shoulders, shoulder - 0.03, lean),
    ...arm(look, -angles[1] * 0.9, elbowBend, -shoulders, shoulder - 0.03, lean),
    {
      from: [0, 0, hip + 0.02],
      to: [lean, 0, shoulder - 0.08],
      thick: trunk * 0.95,
      thin: trunk * 1.12,
      colour: look.top,
    },
    {
      from: [lean, shoulders * 0.62, shoulder - 0.05],
      to: [lean, -shoulders * 0.62, shoulder - 0.05],
      thick: 0.085,
      thin: 0.085,
      colour: look.top,
    },
    { from: [lean, 0, shoulder], to: [lean * 1.2, 0, head - 0.05], thick: 0.055, thin: 0.055, colour: look.skin },
    {
      from: [lean * 1.2 + 0.02, 0, head],
      to: [lean * 1.2 + 0.02, 0, head + 0.05],
      thick: 0.092,
      thin: 0.092,
      colour: look.skin,
    },
    {
      from: [lean * 1.2 - 0.015, 0, head + 0.05],
      to: [lean * 1.2 - 0.02, 0, head + 0.075],
      thick: 0.1,
      thin: 0.092,
      colour: look.hair,
    },
    ...bag,
  ];
};

/** From [forward, left, up] to metres in the scene. */
const placed = ({ x, z, heading }: Figure, [forward, left, up]: Point3): Point3 => [
  x + forward * Math.cos(heading) - left * Math.sin(heading),
  up,
  z + forward * Math.sin(heading) + left * Math.cos(heading),
];

export const drawFigure = (canvas: Canvas, view: View, figure: Figure, light: number, sunSide: number): void => {
  const limbs = limbsOf(figure).map((limb) => {
    const [from, to] = [placed(figure, limb.from), placed(figure, limb.to)];
    return { limb, from, to, z: from[2] + to[2] };
  });
  limbs.sort((a, b) => b.z - a.z);
  for (const { limb, from, to } of limbs)
    fillCapsule(
      canvas,
      project(view, from, limb.thick),
      project(view, to, limb.thin),
      paint(canvas, limb.colour, light, sunSide),
    );
};

/** The same body, laid on the ground by the sun. */
export const shadeFigure = (canvas: Canvas, view: View, figure: Figure, day: Daylight): void => {
  const plot = shadow(canvas, day.shadowStrength);
  const fallen = (point: Point3): Point3 => {
    const [x, y, z] = placed(figure, point);
    return [x + y * day.shadowX, 0, z + y * day.shadowZ];
  };
  for (const { from, to, thick, thin } of limbsOf(figure))
    fillCapsule(canvas, project(view, fallen(from), thick * 0.8), project(view, fallen(to), thin * 0.8), plot);
};
