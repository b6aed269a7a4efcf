// Run by kill.test.ts: raises an alert a camera, prints the id of each once it is announced, until it is killed.
import { writeSync } from 'node:fs';

import { NEVER, Subject } from 'rxjs';

import { openAlertStore } from '../../dist/alert/alert-store.js';
import { watchAlerts } from '../../dist/alert/watch-alerts.js';

const predictions$ = new Subject();
const options = { minSeconds: 0, clearBelow: 0.8, holdSeconds: 3, cooldownSeconds: 10, jpegQuality: 80 };
const surroundings = {
  ticks$: NEVER,
  onError(error) {
    throw error;
  },
};
watchAlerts(predictions$, openAlertStore(process.argv[2]), options, surroundings).subscribe(({ event, alert }) => {
  writeSync(1, `${event} ${alert.id}\n`);
});

const data = new Uint8Array(64 * 48);
const see = (camera, capturedAt, predScore) => {
  const frame = { camera, sequence: 0, capturedAt, width: 64, height: 48, format: 'gray', data, release() {} };
  predictions$.next({ frame, predScore, queuedMs: 0, inferenceMs: 0 });
};
let count = 0;
const next = () => {
  const camera = `camera-${count++}`;
  see(camera, 0, 2);
  see(camera, 1000, 3);
  setImmediate(next);
};
next();
