import path from 'node:path';

import { denoiserFolder, liveDenoiserFolder } from '../../src/learn/frame-denoiser.ts';
import { loadModel } from '../../src/model/model-folder.ts';

const [small, large] = [
  { width: 640, height: 360 },
  { width: 1280, height: 720 },
];

test.each([
  ['fast', small, 'cpu', 'denoise-fast'],
  ['fast', large, 'cpu', 'denoise-light'],
  ['fast', large, 'cuda', 'denoise-fast'],
  ['best', large, 'cpu', 'denoise-best'],
  ['light', small, 'cpu', 'denoise-light'],
  ['own/model', large, 'cpu', 'model'],
] as const)('live, %s for %o on %s is %s', (name, shape, device, folder) => {
  expect(path.basename(liveDenoiserFolder(name, shape, device))).toBe(folder);
});

test.each(['light', 'fast', 'best'])('%s is there, and says how it was trained', async (name) => {
  const { model, card } = await loadModel(denoiserFolder(name));
  expect(model.architecture).toBe('denoiser');
  expect(card.training.command).toContain(`--out models/denoise-${name}`);
});
