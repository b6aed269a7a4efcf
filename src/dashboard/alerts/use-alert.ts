import { useEffect, useState } from 'preact/hooks';

import { useApp } from '../state/app.ts';
import { useResource } from '../state/use-resource.ts';
import { type Alert, completeAlert } from '../wire.ts';
import { newerThan, olderThan } from './neighbours.ts';

/** One alert, kept up to date; whether it was deleted while it was looked at. */
export const useAlert = (id: string) => {
  const { hub } = useApp();
  const resource = useResource<Alert>(`alerts/${encodeURIComponent(id)}`);
  const [isDeleted, setDeleted] = useState(false);
  const { set } = resource;
  useEffect(
    () =>
      hub.onAlert(({ event, alert }) => {
        if (alert.id !== id) return;
        if (event === 'deleted') setDeleted(true);
        else set(alert);
      }),
    [hub, id],
  );
  return { ...resource, value: resource.value && completeAlert(resource.value), isDeleted };
};

export interface Neighbours {
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
}

/** The alerts before and after, among those that `query` lets pass. */
export const useNeighbours = (alert: Alert | undefined, query: string): Neighbours => {
  const { api, hub } = useApp();
  const [found, setFound] = useState<Neighbours>({});
  const id = alert?.id;
  useEffect(() => {
    if (!alert) return;
    const controller = new AbortController();
    const find = async (asked: URLSearchParams): Promise<Alert[]> =>
      api.get<Alert[]>(`alerts?${asked}`, controller.signal);
    const filters = new URLSearchParams(query);
    const look = (): void => {
      void olderThan(alert, filters, find).then(
        (older) => setFound((now) => ({ ...now, older: older?.id })),
        () => undefined,
      );
      void newerThan(alert, filters, find).then(
        (newer) => setFound((now) => ({ ...now, newer: newer?.id })),
        () => undefined,
      );
    };
    look();
    const stop = hub.onAlert(({ event }) => event === 'opened' && look());
    return () => {
      controller.abort();
      stop();
    };
  }, [api, hub, id, query]);
  return found;
};
