import { useEffect, useRef, useState } from 'preact/hooks';

import { type AlertFilters, apiQuery, formatFilters, periodOf } from '../state/alert-filters.ts';
import { useApp } from '../state/app.ts';
import { type Resource, useResource } from '../state/use-resource.ts';
import type { Timeline } from '../wire.ts';

const buckets = 96;
/** A period that moves is asked for anew this often, and this soon after an alert. */
const [renewMs, soonMs] = [60_000, 1_000];

/** Counts of the alerts that filters let pass, kept up to date. */
export const useTimeline = (filters: AlertFilters): Resource<Timeline> => {
  const { hub } = useApp();
  const key = formatFilters(filters);
  const [asked, setAsked] = useState({ key, now: Date.now() });
  // In the render itself, so that no answer to the filters before is taken for one to these.
  const { now } = asked.key === key ? asked : { now: Date.now() };
  useEffect(() => {
    const renew = (): void => setAsked({ key, now: Date.now() });
    renew();
    const timer = setInterval(renew, renewMs);
    let soon: ReturnType<typeof setTimeout> | undefined;
    const stop = hub.onAlert(({ event }) => {
      if (event === 'updated') return;
      clearTimeout(soon);
      soon = setTimeout(renew, soonMs);
    });
    return () => {
      clearInterval(timer);
      clearTimeout(soon);
      stop();
    };
  }, [hub, key]);
  const query = apiQuery(filters, now);
  // The server's counts know nothing of verdicts.
  query.delete('verdict');
  const { from, to } = periodOf(filters, now);
  query.set('from', String(Math.round(from)));
  query.set('to', String(Math.round(to)));
  query.set('buckets', String(buckets));
  const resource = useResource<Timeline>(asked.key === key ? `alerts/timeline?${query}` : undefined);
  // While the same is asked for anew, what there was stays.
  const before = useRef<{ readonly key: string; readonly value: Timeline } | undefined>(undefined);
  if (resource.value) before.current = { key, value: resource.value };
  return { ...resource, value: before.current?.key === key ? before.current.value : undefined };
};
