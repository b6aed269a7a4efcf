// Run by the e2e tests: raises and ends an alert again and again, prints the id of each once it is announced, until it is killed.
import { writeSync } from 'node:fs';

import { openAlertStore } from '../../dist/alert/alert-store.js';
import { startNotifiers } from '../../dist/notify/notifiers.js';

const [folder, notifiers, intervalMs, name] = process.argv.slice(2);
const store = openAlertStore(`${folder}/alerts`);
const door = {
  id: 'door',
  state: 'live',
  url: 'rtsp://door/live',
  fps: 5,
  tasks: ['anomaly', 'denoise'],
  hasModel: true,
  working: ['anomaly'],
  width: 64,
  height: 48,
  format: 'gray',
  live: { width: 64, height: 48, fps: 10 },
};
const nothing = () => undefined;
const running = startNotifiers(JSON.parse(notifiers), [door], {
  folder,
  alerts: store,
  appVersion: '1.2.3',
  readPicture: async () => new Uint8Array([0xff, 0xd8, 0xff]),
  onOutcome: nothing,
  onPending: nothing,
  onStatus: ({ isUp }) => writeSync(1, `${isUp ? 'up' : 'down'}\n`),
  onProblem: (_notifier, message) => writeSync(2, `${message}\n`),
});
let count = 0;
const next = () => {
  const now = Date.now();
  const id = `${name}-${count++}`;
  const alert = {
    id,
    camera: 'door',
    kind: 'anomaly',
    severity: 'high',
    startAt: now,
    peakAt: now,
    peakScore: 2,
    snapshot: `${id}.jpg`,
    snapshotAt: now,
    group: null,
    isQuiet: false,
    hasClip: false,
  };
  const picture = new Uint8Array([0xff, 0xd8, 0xff]);
  running.announce({ event: 'opened', alert: store.save({ ...alert, endAt: null }, picture) });
  writeSync(1, `opened ${id}\n`);
  // A kill -9 now and then finds an alert recorded and not announced.
  const saved = store.save({ ...alert, endAt: now + 1 });
  writeSync(1, `saved ${id}\n`);
  running.announce({ event: 'closed', alert: saved });
};
setInterval(next, Number(intervalMs));
