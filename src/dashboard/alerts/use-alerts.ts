import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import { type AlertFilters, apiQuery, formatFilters, isWithin } from '../state/alert-filters.ts';
import { withAlerts, withChange } from '../state/alert-list.ts';
import { useApp } from '../state/app.ts';
import { type Alert, completeAlert } from '../wire.ts';

export interface Alerts {
  /** Newest first; undefined until the first answer. */
  readonly list: readonly Alert[] | undefined;
  readonly error: unknown;
  /** Whether there may be older ones. */
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

interface State {
  readonly key: string;
  readonly list?: readonly Alert[];
  readonly error?: unknown;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
}

/** The alerts that filters let pass, `page` at a time; new ones and changes appear by themselves. */
export const useAlerts = (filters: AlertFilters, page: number): Alerts => {
  const { api, hub } = useApp();
  const key = formatFilters(filters);
  const [state, setState] = useState<State>({ key, hasMore: false, isLoading: true });
  const latest = useRef({ key, filters });
  latest.current = { key, filters };

  const load = useCallback(
    async (before: Alert | undefined): Promise<void> => {
      const { filters } = latest.current;
      setState((now) => ({ ...(now.key === key ? now : { hasMore: false }), key, isLoading: true, error: undefined }));
      const query = apiQuery(filters, Date.now());
      query.set('limit', String(page));
      if (before) query.set('before', before.id);
      try {
        const found = (await api.get<Alert[]>(`alerts?${query}`)).map(completeAlert);
        if (latest.current.key !== key) return;
        setState((now) => ({
          key,
          // A reload begins anew: what was deleted meanwhile is gone.
          list: withAlerts(before ? (now.list ?? []) : [], found),
          hasMore: found.length === page,
          isLoading: false,
        }));
      } catch (error) {
        if (latest.current.key === key) setState((now) => ({ ...now, key, error, isLoading: false }));
      }
    },
    [api, key, page],
  );
  useEffect(() => void load(undefined), [load]);
  useEffect(
    () =>
      hub.onAlert((change) =>
        setState((now) => {
          if (!now.list) return now;
          const list = withChange(now.list, change, (alert) => isWithin(alert, latest.current.filters, Date.now()));
          return list === now.list ? now : { ...now, list };
        }),
      ),
    [hub],
  );
  useEffect(() => {
    let { state } = hub.link.value;
    return hub.link.subscribe(() => {
      const isBack = hub.link.value.state === 'open' && state !== 'open';
      ({ state } = hub.link.value);
      if (isBack) void load(undefined);
    });
  }, [hub, load]);

  const { list, error, hasMore, isLoading } = state.key === key ? state : { hasMore: false, isLoading: true };
  return {
    list,
    error,
    hasMore,
    isLoading,
    loadMore: () => void load(list?.at(-1)),
    reload: () => void load(undefined),
  };
};
