import { useState } from 'preact/hooks';

import { type AlertFilters, apiQuery, periodOf } from '../state/alert-filters.ts';
import { useApp } from '../state/app.ts';
import { may } from '../state/session.ts';
import { useAction } from '../state/use-action.ts';
import { useStore } from '../state/use-store.ts';
import { Confirm } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { spanText } from './timeline-shape.ts';

/** Export and deletion of all that the filters let pass. */
export const BulkTools = ({ filters, onDeleted }: { filters: AlertFilters; onDeleted: () => void }) => {
  const { api, keeper, announcement } = useApp();
  const [asked, setAsked] = useState<string | undefined>(undefined);
  const remove = useAction(async () => {
    const { deleted } = await api.send<{ deleted: number }>('DELETE', `alerts?${asked}`);
    announcement.set(`${deleted} alerts deleted`);
    setAsked(undefined);
    onDeleted();
  });
  const { from, to } = periodOf(filters, Date.now());
  return (
    <div class="buttons">
      <a class="button" href={`api/alerts/export.zip?${apiQuery(filters, Date.now())}`} download>
        <Icon name="download" />
        Export these
      </a>
      {may(useStore(keeper.session), 'operator') && (
        <button
          type="button"
          class="danger"
          onClick={() => {
            const query = apiQuery(filters, Date.now());
            // What comes while somebody reads the question is not meant.
            query.set('to', String(Math.min(Date.now(), Math.round(to))));
            setAsked(query.toString());
          }}
        >
          <Icon name="trash" />
          Delete these
        </button>
      )}
      {asked !== undefined && (
        <Confirm
          title="Delete all these alerts?"
          action="Delete"
          isBusy={remove.isBusy}
          error={remove.error}
          onConfirm={() => remove.run()}
          onClose={() => setAsked(undefined)}
        >
          <p>
            All that the filters let pass ({spanText(from, to)}), with their pictures and clips, also those that are not
            in the list yet. This cannot be undone.
          </p>
        </Confirm>
      )}
    </div>
  );
};
