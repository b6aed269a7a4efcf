// Run by alert-media.e2e.test.ts: records a clip that ends (`whole`) and one that does not (`half`), says so, until it is killed.
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { interval } from 'rxjs';

import { openAlertStore } from '../../dist/alert/alert-store.js';
import { openCamera } from '../../dist/camera/camera.js';
import { findFfmpeg } from '../../dist/camera/find-ffmpeg.js';
import { AlertMedia } from '../../dist/pipeline/alert-media.js';

const [, , folder, url] = process.argv;
const ffmpeg = await findFfmpeg();
const store = openAlertStore(folder);
const media = new AlertMedia(
  folder,
  { minSeconds: 0, clips: { enabled: true, preRollSeconds: 1, postRollSeconds: 0, maxSeconds: 60 } },
  {
    ffmpeg,
    store,
    onClip: ({ id }) => writeSync(1, id),
    onError(error) {
      throw error;
    },
    ticks$: interval(100),
  },
);
const coded = media.addCamera({ id: 'yard', mask: [] });
const shape = { width: 64, height: 48, format: 'gray' };
const camera = openCamera({ id: 'yard', url, transport: 'tcp', fps: 5, mask: [], ...shape }, { ffmpeg, coded });
camera.frames$.subscribe((frame) => frame.release());
while (coded.bytes === 0) await delay(50);

const startAt = Date.now();
const save = (id, endAt) =>
  store.save({
    ...{ id, camera: 'yard', kind: 'anomaly', severity: 'low', startAt, peakAt: startAt, endAt, peakScore: 2 },
    ...{ snapshot: '', group: null, isQuiet: false },
  });
for (const id of ['half', 'whole']) media.onAlert({ event: 'opened', alert: save(id, null) });
await delay(1500);
media.onAlert({ event: 'closed', alert: save('whole', Date.now()) });
