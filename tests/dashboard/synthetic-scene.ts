import type { Prediction } from '../../src/core/prediction.ts';
import { prediction } from '../server/synthetic-feed.ts';

const [width, height] = [320, 180];
const [rows, cols] = [9, 16];

/** A lit disc that circles over a dusk gradient, noisy in the raw picture; `predScore` is hot where the disc is. */
export const scenePrediction = (camera: string, sequence: number, predScore: number): Prediction => {
  const angle = sequence / 8;
  const [discX, discY] = [width * (0.5 + 0.3 * Math.cos(angle)), height * (0.55 + 0.25 * Math.sin(angle))];
  let seed = sequence * 7919 + 1;
  const noise = (): number => ((seed = (seed * 16_807) % 2_147_483_647) % 61) - 30;
  const clean = (x: number, y: number, channel: number): number => {
    const sky = 40 + (y / height) * [30, 45, 70][channel]!;
    const tiles = (Math.floor(x / 40) + Math.floor(y / 30)) % 2 === 0 ? 14 : 0;
    const distance = Math.hypot(x - discX, y - discY);
    return distance < 22 ? [235, 205, 150][channel]! : sky + tiles;
  };
  const clamp = (value: number): number => Math.min(255, Math.max(0, value));
  const picture = (pixel: typeof clean) => prediction(camera, sequence, { width, height, pixel }).frame.data;
  const values = Float32Array.from({ length: rows * cols }, (_value, cell) => {
    const x = ((cell % cols) + 0.5) * (width / cols);
    const y = (Math.floor(cell / cols) + 0.5) * (height / rows);
    return predScore * 1.4 * Math.exp(-(((x - discX) ** 2 + (y - discY) ** 2) / 1800));
  });
  const { frame } = prediction(camera, sequence, { width, height, pixel: (...at) => clamp(clean(...at) + noise()) });
  return {
    frame: { ...frame, capturedAt: Date.now() - 45 },
    predScore,
    anomalyMap: { rows, cols, values },
    denoised: picture(clean),
    queuedMs: 3,
    inferenceMs: 21,
  };
};
