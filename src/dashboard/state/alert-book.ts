import { type Alert, type AlertChange, completeAlert } from '../wire.ts';
import { withAlerts, withChange } from './alert-list.ts';
import type { Api } from './api.ts';
import type { LiveHub } from './live-hub.ts';
import { Store } from './store.ts';

/** Alerts that are kept; older ones are looked for in the API. */
const kept = 50;

/** The newest alerts, kept up to date: what is unusual now. */
export class AlertBook {
  /** Newest first; undefined until the first answer. */
  readonly recent = new Store<readonly Alert[] | undefined>(undefined);
  readonly #api: Api;

  /** `onOpened` is told of every alert that begins while the page is open. */
  constructor(api: Api, hub: LiveHub, onOpened: (alert: Alert) => void) {
    this.#api = api;
    hub.onAlert((change) => {
      this.put(change);
      if (change.event === 'opened') onOpened(change.alert);
    });
    hub.link.subscribe(() => {
      if (hub.link.value.state === 'open') void this.load();
    });
  }

  put(change: AlertChange): void {
    this.recent.set(withChange(this.recent.value ?? [], change, () => true).slice(0, kept));
  }

  /** Alerts that came while nobody was connected; when this fails, the connection is about to fail too. */
  async load(): Promise<void> {
    try {
      const alerts = await this.#api.get<Alert[]>(`alerts?limit=${kept}`);
      this.recent.set(withAlerts([], alerts.map(completeAlert)));
    } catch {
      this.recent.set(this.recent.value ?? []);
    }
  }
}
