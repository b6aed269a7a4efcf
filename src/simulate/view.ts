/** A point of the scene in metres: x to the right, y up from the ground, z away from the camera. */
export type Point3 = readonly [x: number, y: number, z: number];

/** A point of the picture in pixels, with the radius in pixels of what is drawn there. */
export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** A pinhole camera above the ground that looks slightly down; all lengths in pixels but `cameraHeight` (metres). */
export interface View {
  readonly focal: number;
  readonly centreX: number;
  readonly horizonY: number;
  readonly cameraHeight: number;
}

/** A person 8.4 m away, at the lower edge of the picture, is a third of the picture high. */
export const viewOf = (width: number, height: number): View => ({
  focal: 1.6 * height,
  centreX: width / 2,
  horizonY: 0.15 * height,
  cameraHeight: 4.2,
});

export const project = (view: View, [x, y, z]: Point3, radiusMetres = 0): Dot => {
  const scale = view.focal / z;
  return {
    x: view.centreX + x * scale,
    y: view.horizonY + (view.cameraHeight - y) * scale,
    radius: radiusMetres * scale,
  };
};

/** The same view after the camera was panned by whole pixels. */
export const panned = (view: View, right: number, down: number): View => ({
  ...view,
  centreX: view.centreX - right,
  horizonY: view.horizonY - down,
});

/** How far left and right of the middle the camera sees at distance `z`, in metres. */
export const halfWidthAt = (view: View, z: number): number => (view.centreX * z) / view.focal;
