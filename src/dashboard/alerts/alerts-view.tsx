import { useApp } from '../state/app.ts';
import { type AlertFilters, formatFilters, parseFilters } from '../state/alert-filters.ts';
import { addressOf } from '../state/route.ts';
import { useStore } from '../state/use-store.ts';
import { Empty, Failure, Loading } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AlertRow } from './alert-row.tsx';
import { BulkTools } from './bulk-tools.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Timeline } from './timeline.tsx';
import { spanText } from './timeline-shape.ts';
import { useAlerts } from './use-alerts.ts';
import { useTimeline } from './use-timeline.ts';

const page = 50;

/** What happened: a timeline, filters that are kept in the address, and the list. */
export const AlertsView = ({ query }: { query: string }) => {
  useTitle('Alerts');
  const filters = parseFilters(query);
  const timeline = useTimeline(filters);
  const alerts = useAlerts(filters, page);
  // Narrowing adds to the history, so that the browser's way back widens again.
  const change = (next: AlertFilters): void => void (location.hash = addressOf.alerts(formatFilters(next)));
  const narrow = (from: number, to: number): void => {
    const { range: _range, day: _day, ...rest } = filters;
    change({ ...rest, from, to });
  };
  const { cameras, kinds, severities, verdict } = filters;
  const isDrawn = filters.from !== undefined || filters.to !== undefined;
  return (
    <>
      <div class="head">
        <h1>Alerts</h1>
        <BulkTools
          filters={filters}
          onDeleted={() => {
            alerts.reload();
            timeline.reload();
          }}
        />
      </div>
      <FilterBar filters={filters} onChange={change} />
      {isDrawn && (
        <p class="narrowed-to">
          <span class="number">{spanText(filters.from ?? 0, filters.to ?? Date.now())}</span>
          <button
            type="button"
            class="small"
            onClick={() => change({ cameras, kinds, severities, ...(verdict && { verdict }), range: '24h' })}
          >
            Back to 24 hours
          </button>
        </p>
      )}
      {timeline.value ? (
        <Timeline data={timeline.value} onNarrow={narrow} />
      ) : (
        timeline.error?.isMissing !== true && timeline.isLoading && <div class="timeline placeholder-box" />
      )}
      {timeline.error && !timeline.error.isMissing && <Failure error={timeline.error} onRetry={timeline.reload} />}
      <AlertsList alerts={alerts} query={formatFilters(filters)} />
    </>
  );
};

const AlertsList = ({ alerts, query }: { alerts: ReturnType<typeof useAlerts>; query: string }) => {
  const { list, error, isLoading, hasMore, loadMore, reload } = alerts;
  const isLearning = useIsLearning();
  if (list === undefined)
    return error === undefined ? <Loading what="alerts" lines={5} /> : <Failure error={error} onRetry={reload} />;
  return (
    <section aria-label="Alerts found">
      {list.length === 0 && (
        <Empty title="No alerts here.">
          <p>
            {isLearning
              ? 'A camera is still learning what is normal.'
              : 'Nothing unusual in this time, or the filters leave nothing.'}
          </p>
        </Empty>
      )}
      <ol class="rows">
        {list.map((alert) => (
          <AlertRow key={alert.id} alert={alert} query={query} />
        ))}
      </ol>
      <Failure error={error} onRetry={loadMore} />
      {hasMore && (
        <button type="button" class="more" disabled={isLoading} onClick={loadMore}>
          {isLoading ? 'Loading' : 'Older alerts'}
        </button>
      )}
    </section>
  );
};

/** Whether a camera that should find anomalies has no model yet. */
const useIsLearning = (): boolean => {
  const { hub } = useApp();
  return (useStore(hub.cameras) ?? []).some((id) => hub.feed(id).status.value?.learning !== undefined);
};
