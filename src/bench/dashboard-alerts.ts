import type { AlertStore } from '../alert/alert-store.ts';
import { severityOf } from '../alert/severity.ts';
import { randomSource } from '../model/random.ts';

/** Days that the recorded alerts are spread over. */
export const recordedDays = 30;
const dayMs = 86_400_000;

/** Records alerts of these cameras at random times of the last days. */
export const recordAlerts = (store: Pick<AlertStore, 'save'>, cameras: readonly string[], count: number): void => {
  const random = randomSource(1);
  const now = Date.now();
  for (let number = 0; number < count; number++) {
    const startAt = now - random() * recordedDays * dayMs;
    const camera = cameras[Math.floor(random() * cameras.length)]!;
    const id = `recorded-${number}`;
    const kind = 'anomaly';
    const peakScore = 1 + 4 * random();
    store.save({
      ...{ id, camera, kind, startAt, peakAt: startAt + 500, endAt: startAt + 4000, peakScore },
      ...{
        snapshot: `${id}.jpg`,
        snapshotAt: startAt + 500,
        severity: severityOf({ kind, peakScore }),
        group: null,
        isQuiet: false,
      },
    });
  }
};
