import type { Alert } from '../server/protocol.ts';
import { fromTemplate, part } from './part.ts';
import { agoText, durationText } from './time-text.ts';

/** Alerts kept on the page; older ones are in the API. */
const shown = 50;

const kindText: Readonly<Record<Alert['kind'], string>> = {
  anomaly: 'Something unusual',
  'scene-change': 'The scene changed',
  'camera-down': 'No picture comes',
  'camera-covered': 'The camera is covered',
  'camera-moved': 'The camera was moved',
};
const verdicts: readonly NonNullable<Alert['verdict']>[] = ['normal', 'real'];

/** The peak's time makes the address new when the picture is. */
const snapshotUrl = ({ id, peakAt }: Alert): string =>
  `api/alerts/${encodeURIComponent(id)}/snapshot.jpg?peak=${Math.round(peakAt)}`;

/** "ongoing" or "lasted 8 s" */
export const alertDurationText = ({ startAt, endAt }: Pick<Alert, 'startAt' | 'endAt'>): string =>
  endAt === null ? 'ongoing' : `lasted ${durationText(endAt - startAt)}`;

/** The newest alerts, live; choosing one shows its snapshot in a dialog. */
export class AlertsList {
  readonly #list: HTMLElement;
  readonly #dialog: HTMLDialogElement;
  readonly #onChange: (ongoing: readonly Alert[]) => void;
  readonly #alerts = new Map<string, Alert>();
  readonly #items = new Map<string, HTMLElement>();

  /** `onChange` is told of the alerts that are going on, whenever any alert changes. */
  constructor(list: HTMLElement, dialog: HTMLDialogElement, onChange: (ongoing: readonly Alert[]) => void) {
    this.#list = list;
    this.#dialog = dialog;
    this.#onChange = onChange;
    dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
    setInterval(() => this.#alerts.forEach((alert) => this.#tellTime(alert)), 5000);
  }

  /** Adds alerts, or changes those with the same id. */
  put(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      this.#alerts.set(alert.id, alert);
      this.#fill(alert);
    }
    const newestFirst = [...this.#alerts.values()].sort((a, b) => b.startAt - a.startAt);
    for (const { id } of newestFirst.splice(shown)) {
      this.#alerts.delete(id);
      this.#items.get(id)?.remove();
      this.#items.delete(id);
    }
    newestFirst.forEach(({ id }, index) => {
      const item = this.#items.get(id);
      const there = this.#list.children[index] ?? null;
      if (item && item !== there) this.#list.insertBefore(item, there);
    });
    this.#onChange(newestFirst.filter(({ endAt }) => endAt === null));
  }

  #fill(alert: Alert): void {
    const { id, camera, kind, peakScore, endAt, verdict } = alert;
    const item = this.#items.get(id) ?? this.#newItem(id);
    item.classList.toggle('ongoing', endAt === null);
    const picture = part(item, 'snapshot') as HTMLImageElement;
    picture.alt = `What ${camera} saw`;
    if (picture.getAttribute('src') !== snapshotUrl(alert)) picture.src = snapshotUrl(alert);
    part(item, 'camera').textContent = camera;
    part(item, 'kind').textContent = kindText[kind];
    part(item, 'peak-box').hidden = kind !== 'anomaly';
    part(item, 'duration').textContent = alertDurationText(alert);
    part(item, 'peak').textContent = peakScore.toFixed(2);
    for (const name of verdicts) part(item, name).setAttribute('aria-pressed', String(verdict === name));
    this.#tellTime(alert);
  }

  #newItem(id: string): HTMLElement {
    const item = fromTemplate('alert');
    item.dataset['alert'] = id;
    part(item, 'open').addEventListener('click', () => this.#open(id));
    for (const name of verdicts) part(item, name).addEventListener('click', () => void this.#judge(id, name));
    this.#items.set(id, item);
    return item;
  }

  /** A verdict given twice is taken back. */
  async #judge(id: string, verdict: NonNullable<Alert['verdict']>): Promise<void> {
    const item = this.#items.get(id);
    if (!item) return;
    const body: Pick<Alert, 'verdict'> = { verdict: this.#alerts.get(id)?.verdict === verdict ? null : verdict };
    const isRecorded = await putJson(`api/alerts/${encodeURIComponent(id)}/verdict`, body);
    part(item, 'failure').hidden = isRecorded;
    const alert = this.#alerts.get(id);
    // What else has changed since comes as an alert event, as this change does for all other viewers.
    if (isRecorded && alert) this.put([{ ...alert, ...body }]);
  }

  #tellTime(alert: Alert): void {
    const item = this.#items.get(alert.id);
    if (!item) return;
    const time = part(item, 'time') as HTMLTimeElement;
    time.dateTime = new Date(alert.startAt).toISOString();
    time.title = new Date(alert.startAt).toLocaleString();
    time.textContent = agoText(alert.startAt, Date.now());
  }

  #open(id: string): void {
    const alert = this.#alerts.get(id);
    if (!alert) return;
    const picture = part(this.#dialog, 'picture') as HTMLImageElement;
    picture.src = snapshotUrl(alert);
    picture.alt = `What ${alert.camera} saw`;
    const when = new Date(alert.startAt).toLocaleString();
    const peak = alert.kind === 'anomaly' ? `, peak score ${alert.peakScore.toFixed(2)}` : '';
    part(this.#dialog, 'caption').textContent = `${kindText[alert.kind]}: ${alert.camera}, ${when}${peak}`;
    this.#dialog.showModal();
  }
}

const putJson = async (url: string, body: unknown): Promise<boolean> => {
  try {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })).ok;
  } catch {
    return false;
  }
};
