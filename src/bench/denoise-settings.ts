import type { SettingsTable } from './denoise-filters.ts';

/**
 * Made by `npm run bench -- denoise --data DIR --tune FILE` (seed 1, 100 frames, ffmpeg 5.1.9): by PSNR, for each clip
 * and kind of noise by itself, on the very pictures that are measured. To be made again when clips, noise, seed or
 * filters change.
 */
export const tunedSettings: SettingsTable = {
  hqdn3d: {
    pets: {
      gaussian10: { luma_spatial: 18.26, luma_tmp: 56 },
      gaussian20: { luma_spatial: 43.21, luma_tmp: 90.16 },
      gaussian30: { luma_spatial: 74.53, luma_tmp: 96.6 },
      gaussian50: { luma_spatial: 120.8, luma_tmp: 118.4 },
      lowlight: { luma_spatial: 26.67, luma_tmp: 36.81 },
      h264: { luma_spatial: 32.86, luma_tmp: 80 },
    },
    ped2: {
      gaussian10: { luma_spatial: 24.84, luma_tmp: 32.2 },
      gaussian20: { luma_spatial: 57.14, luma_tmp: 56 },
      gaussian30: { luma_spatial: 90, luma_tmp: 73.04 },
      gaussian50: { luma_spatial: 142.9, luma_tmp: 85.22 },
      lowlight: { luma_spatial: 30.03, luma_tmp: 26.44 },
      h264: { luma_spatial: 46, luma_tmp: 54.42 },
    },
    avenue: {
      gaussian10: { luma_spatial: 19.05, luma_tmp: 46 },
      gaussian20: { luma_spatial: 45.07, luma_tmp: 81.65 },
      gaussian30: { luma_spatial: 70.98, luma_tmp: 111.8 },
      gaussian50: { luma_spatial: 115, luma_tmp: 151.2 },
      lowlight: { luma_spatial: 22.61, luma_tmp: 55.81 },
      h264: { luma_spatial: 28.57, luma_tmp: 58.8 },
    },
  },
  atadenoise: {
    pets: {
      gaussian10: { a: 's', '0a': 0.1826, '0b': 0.6563, s: 31, '0s': 32000 },
      gaussian20: { a: 's', '0a': 0.3, '0b': 1.522, s: 39, '0s': 32000 },
      gaussian30: { a: 's', '0a': 0.3, '0b': 1.914, s: 37, '0s': 32000 },
      gaussian50: { a: 's', '0a': 0.3, '0b': 5, s: 21, '0s': 32000 },
      lowlight: { a: 's', '0a': 0.1789, '0b': 0.7454, s: 39, '0s': 32000 },
    },
    ped2: {
      gaussian10: { a: 'p', '0a': 0.1826, '0b': 0.5707, s: 65, '0s': 32000 },
      gaussian20: { a: 's', '0a': 0.3, '0b': 1.087, s: 33, '0s': 32000 },
      gaussian30: { a: 's', '0a': 0.3, '0b': 1.435, s: 27, '0s': 32000 },
      gaussian50: { a: 's', '0a': 0.3, '0b': 5, s: 17, '0s': 32000 },
      lowlight: { a: 's', '0a': 0.1916, '0b': 0.4049, s: 27, '0s': 32000 },
    },
    avenue: {
      gaussian10: { a: 's', '0a': 0.175, '0b': 0.4167, s: 25, '0s': 32000 },
      gaussian20: { a: 's', '0a': 0.3, '0b': 0.9781, s: 29, '0s': 32000 },
      gaussian30: { a: 's', '0a': 0.3, '0b': 1.63, s: 33, '0s': 32000 },
      gaussian50: { a: 's', '0a': 0.3, '0b': 1.75, s: 25, '0s': 32000 },
      lowlight: { a: 's', '0a': 0.3, '0b': 0.4945, s: 25, '0s': 32000 },
    },
  },
  nlmeans: {
    pets: {
      gaussian10: { s: 4.2, p: 3, r: 7 },
      gaussian20: { s: 8, p: 3, r: 9 },
      gaussian30: { s: 12, p: 3, r: 9 },
      gaussian50: { s: 20, p: 3, r: 9 },
      lowlight: { s: 8.23, p: 7, r: 9 },
      h264: { s: 8, p: 5, r: 13 },
    },
    ped2: {
      gaussian10: { s: 8, p: 5, r: 5 },
      gaussian20: { s: 16.8, p: 7, r: 9 },
      gaussian30: { s: 12, p: 3, r: 11 },
      gaussian50: { s: 30, p: 7, r: 17 },
      lowlight: { s: 7.254, p: 7, r: 11 },
      h264: { s: 7.619, p: 3, r: 9 },
    },
    avenue: {
      gaussian10: { s: 8.4, p: 7, r: 7 },
      gaussian20: { s: 8, p: 3, r: 9 },
      gaussian30: { s: 12, p: 3, r: 9 },
      gaussian50: { s: 24.15, p: 5, r: 13 },
      lowlight: { s: 7.643, p: 7, r: 9 },
      h264: { s: 8, p: 5, r: 11 },
    },
  },
  vaguedenoiser: {
    pets: {
      gaussian10: { method: 'soft', nsteps: 4, type: 'bayes', threshold: 13.04, percent: 95.24 },
      gaussian20: { method: 'garrote', nsteps: 5, type: 'bayes', threshold: 31.5, percent: 90.7 },
      gaussian30: { method: 'garrote', nsteps: 5, type: 'bayes', threshold: 47.25, percent: 90.7 },
      gaussian50: { method: 'garrote', nsteps: 3, type: 'universal', threshold: 113.4, percent: 95.24 },
      lowlight: { method: 'garrote', nsteps: 3, type: 'universal', threshold: 25.35, percent: 86.96 },
    },
    ped2: {
      gaussian10: { method: 'soft', nsteps: 6, type: 'bayes', threshold: 13.69, percent: 95.24 },
      gaussian20: { method: 'garrote', nsteps: 3, type: 'universal', threshold: 47.64, percent: 91.31 },
      gaussian30: { method: 'garrote', nsteps: 3, type: 'universal', threshold: 77.63, percent: 91.31 },
      gaussian50: { method: 'garrote', nsteps: 4, type: 'universal', threshold: 123.2, percent: 95.24 },
      lowlight: { method: 'garrote', nsteps: 3, type: 'universal', threshold: 26.07, percent: 91.31 },
    },
    avenue: {
      gaussian10: { method: 'soft', nsteps: 6, type: 'bayes', threshold: 13.04, percent: 95.24 },
      gaussian20: { method: 'soft', nsteps: 4, type: 'bayes', threshold: 27.39, percent: 95.24 },
      gaussian30: { method: 'garrote', nsteps: 3, type: 'universal', threshold: 75.02, percent: 91.31 },
      gaussian50: { method: 'garrote', nsteps: 3, type: 'universal', threshold: 119.1, percent: 95.24 },
      lowlight: { method: 'garrote', nsteps: 3, type: 'universal', threshold: 26.18, percent: 86.96 },
    },
  },
  owdenoise: {
    pets: {
      gaussian10: { depth: 8, luma_strength: 10.71 },
      gaussian20: { depth: 8, luma_strength: 26.09 },
      gaussian30: { depth: 8, luma_strength: 42.86 },
      gaussian50: { depth: 8, luma_strength: 75 },
      lowlight: { depth: 8, luma_strength: 16.1 },
    },
    ped2: {
      gaussian10: { depth: 8, luma_strength: 12.42 },
      gaussian20: { depth: 8, luma_strength: 30 },
      gaussian30: { depth: 8, luma_strength: 47.25 },
      gaussian50: { depth: 8, luma_strength: 86.25 },
      lowlight: { depth: 8, luma_strength: 15.64 },
    },
    avenue: {
      gaussian10: { depth: 8, luma_strength: 13.04 },
      gaussian20: { depth: 8, luma_strength: 30 },
      gaussian30: { depth: 8, luma_strength: 47.25 },
      gaussian50: { depth: 8, luma_strength: 82.14 },
      lowlight: { depth: 8, luma_strength: 14.95 },
    },
  },
  fftdnoiz: {
    pets: {
      gaussian10: { block: 16, overlap: 0.75, prev: 1, method: 'wiener', sigma: 36.52, next: 0 },
      gaussian20: { block: 32, overlap: 0.75, prev: 1, method: 'wiener', sigma: 100, next: 0 },
      gaussian30: { block: 32, overlap: 0.75, prev: 1, method: 'wiener', sigma: 100, next: 0 },
      gaussian50: { block: 64, overlap: 0.75, prev: 0, method: 'wiener', sigma: 100, next: 0 },
      lowlight: { block: 32, overlap: 0.75, prev: 1, method: 'wiener', sigma: 52.24, next: 0 },
    },
    ped2: {
      gaussian10: { block: 16, overlap: 0.75, prev: 1, method: 'wiener', sigma: 40, next: 0 },
      gaussian20: { block: 32, overlap: 0.75, prev: 1, method: 'wiener', sigma: 100, next: 0 },
      gaussian30: { block: 64, overlap: 0.75, prev: 0, method: 'wiener', sigma: 100, next: 0 },
      gaussian50: { block: 64, overlap: 0.75, prev: 0, method: 'wiener', sigma: 100, next: 0 },
      lowlight: { block: 32, overlap: 0.75, prev: 1, method: 'wiener', sigma: 50.77, next: 0 },
    },
    avenue: {
      gaussian10: { block: 32, overlap: 0.75, prev: 1, method: 'wiener', sigma: 40, next: 0 },
      gaussian20: { block: 32, overlap: 0.75, prev: 1, method: 'wiener', sigma: 100, next: 0 },
      gaussian30: { block: 64, overlap: 0.75, prev: 0, method: 'wiener', sigma: 100, next: 0 },
      gaussian50: { block: 64, overlap: 0.75, prev: 0, method: 'wiener', sigma: 100, next: 0 },
      lowlight: { block: 32, overlap: 0.75, prev: 1, method: 'wiener', sigma: 54.6, next: 0 },
    },
  },
  'fftdnoiz with next': {
    pets: {
      gaussian10: { block: 16, overlap: 0.75, sigma: 40, prev: 1, next: 1 },
      gaussian20: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      gaussian30: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      gaussian50: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      lowlight: { block: 16, overlap: 0.75, sigma: 58.77, prev: 1, next: 1 },
    },
    ped2: {
      gaussian10: { block: 16, overlap: 0.75, sigma: 46, prev: 1, next: 1 },
      gaussian20: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      gaussian30: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      gaussian50: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      lowlight: { block: 16, overlap: 0.75, sigma: 62.56, prev: 1, next: 1 },
    },
    avenue: {
      gaussian10: { block: 32, overlap: 0.75, sigma: 43.81, prev: 1, next: 1 },
      gaussian20: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      gaussian30: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      gaussian50: { block: 32, overlap: 0.75, sigma: 100, prev: 1, next: 1 },
      lowlight: { block: 32, overlap: 0.75, sigma: 59.8, prev: 1, next: 1 },
    },
  },
  bm3d: {
    pets: {
      gaussian10: { bstep: 2, sigma: 40, second: 62.58, hdthr: 2.7 },
      gaussian20: { bstep: 2, sigma: 80, second: 114.3, hdthr: 2.7 },
      gaussian30: { bstep: 2, sigma: 120, second: 160, hdthr: 2.7 },
      gaussian50: { bstep: 2, sigma: 210, second: 189.2, hdthr: 2.7 },
      lowlight: { bstep: 2, sigma: 61.82, second: 18.26, hdthr: 2.7 },
    },
    ped2: {
      gaussian10: { bstep: 2, sigma: 40, second: 65.71, hdthr: 2.7 },
      gaussian20: { bstep: 2, sigma: 80, second: 131.4, hdthr: 2.7 },
      gaussian30: { bstep: 2, sigma: 120, second: 187.7, hdthr: 2.7 },
      gaussian50: { bstep: 2, sigma: 210, second: 210.4, hdthr: 2.7 },
      lowlight: { bstep: 2, sigma: 91.98, second: 20.41, hdthr: 1.597 },
    },
    avenue: {
      gaussian10: { bstep: 2, sigma: 40, second: 76.19, hdthr: 2.7 },
      gaussian20: { bstep: 2, sigma: 80, second: 139.1, hdthr: 2.7 },
      gaussian30: { bstep: 2, sigma: 120, second: 197.1, hdthr: 2.7 },
      gaussian50: { bstep: 2, sigma: 200, second: 243.5, hdthr: 2.7 },
      lowlight: { bstep: 2, sigma: 54.59, second: 22.01, hdthr: 2.7 },
    },
  },
};
