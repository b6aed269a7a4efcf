import type { LivePicture, Prediction } from '../../src/core/prediction.ts';
import { prediction } from '../server/synthetic-feed.ts';

const [width, height] = [320, 180];
const [rows, cols] = [9, 16];
const frames = 16;

interface Scene {
  readonly raw: Uint8Array;
  readonly clean: Uint8Array;
  /** 1.0 where the disc is. */
  readonly heat: Float32Array;
}

const drawScene = (index: number): Scene => {
  const angle = (2 * Math.PI * index) / frames;
  const [discX, discY] = [width * (0.5 + 0.3 * Math.cos(angle)), height * (0.55 + 0.25 * Math.sin(angle))];
  const clean = new Uint8Array(width * height * 3);
  const raw = new Uint8ClampedArray(clean.length);
  let seed = index * 7919 + 1;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++, at++) {
        const tile = ((x / 40) & 1) === ((y / 30) & 1) ? 54 : 40;
        const isDisc = (x - discX) ** 2 + (y - discY) ** 2 < 22 ** 2;
        clean[at] = isDisc ? 235 - 40 * channel : tile + ((30 + 20 * channel) * y) / height;
        seed = (seed * 16_807) % 2_147_483_647;
        raw[at] = (clean[at] ?? 0) + (seed % 61) - 30;
      }
  const heat = Float32Array.from({ length: rows * cols }, (_value, cell) => {
    const x = ((cell % cols) + 0.5) * (width / cols);
    const y = (Math.floor(cell / cols) + 0.5) * (height / rows);
    return Math.exp(-(((x - discX) ** 2 + (y - discY) ** 2) / 1800));
  });
  return { raw: new Uint8Array(raw), clean, heat };
};

const scenes = Array.from({ length: frames }, (_value, index) => drawScene(index));

/** A lit disc that circles over dusk tiles, noisy in the raw picture. */
export const scenePicture = (camera: string, sequence: number): Required<LivePicture> => {
  const { raw, clean } = scenes[sequence % frames] ?? drawScene(sequence);
  const { frame } = prediction(camera, sequence, { width: 1, height: 1 });
  return { frame: { ...frame, width, height, data: raw, capturedAt: Date.now() - 45 }, denoised: clean };
};

/** What is said of it: the heat map glows where the disc is. */
export const scenePrediction = (camera: string, sequence: number, predScore: number): Prediction => {
  const { heat } = scenes[sequence % frames] ?? drawScene(sequence);
  return {
    frame: scenePicture(camera, sequence).frame,
    predScore,
    anomalyMap: { rows, cols, values: heat.map((value) => value * predScore * 1.4) },
    queuedMs: 3,
    inferenceMs: 21,
  };
};
