import { type AlertFilters, type RangeName, type VerdictFilter } from '../state/alert-filters.ts';
import { useApp } from '../state/app.ts';
import { useStore } from '../state/use-store.ts';
import { Choice } from '../ui/field.tsx';
import { kindText, severityText } from '../ui/alert-text.ts';
import { alertKinds, severities } from '../wire.ts';
import { MultiSelect } from './multi-select.tsx';

const rangeText: Readonly<Record<RangeName, string>> = { '1h': '1 hour', '24h': '24 hours', '7d': '7 days' };
const verdictText: Readonly<Record<VerdictFilter | 'any', string>> = {
  any: 'Any verdict',
  none: 'Not judged',
  normal: 'Was normal',
  real: 'Was real',
};
const named = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, name]));

interface FilterBarProps {
  readonly filters: AlertFilters;
  readonly onChange: (filters: AlertFilters) => void;
}

/** The filters without their time. */
const withoutTime = ({ cameras, kinds, severities, verdict }: AlertFilters): AlertFilters => ({
  cameras,
  kinds,
  severities,
  ...(verdict && { verdict }),
});

/** When, where and what is looked for. */
export const FilterBar = ({ filters, onChange }: FilterBarProps) => {
  const ids = useStore(useApp().hub.cameras) ?? [];
  const isDrawn = filters.from !== undefined || filters.to !== undefined;
  const range = isDrawn || filters.day !== undefined ? undefined : (filters.range ?? '24h');
  const { verdict, ...rest } = filters;
  const isNarrowed =
    filters.cameras.length + filters.kinds.length + filters.severities.length > 0 || verdict !== undefined;
  return (
    <div class="filters" role="search" aria-label="Filter alerts">
      <Choice
        label="Time"
        value={range}
        options={rangeText}
        onChoose={(name) => onChange({ ...withoutTime(filters), range: name })}
      />
      <label class="day">
        <span class="unseen">Day</span>
        <input
          type="date"
          value={filters.day ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...withoutTime(filters), ...(value === '' ? {} : { day: value }) })
          }
        />
      </label>
      <MultiSelect
        label="Cameras"
        // One that is gone has alerts all the same.
        options={named([...new Set([...ids, ...filters.cameras])])}
        chosen={filters.cameras}
        onChange={(cameras) => onChange({ ...filters, cameras })}
      />
      <MultiSelect
        label="Kinds"
        options={kindText}
        chosen={filters.kinds}
        onChange={(names) => onChange({ ...filters, kinds: alertKinds.filter((kind) => names.includes(kind)) })}
      />
      <MultiSelect
        label="Severities"
        options={severityText}
        chosen={filters.severities}
        onChange={(names) => onChange({ ...filters, severities: severities.filter((one) => names.includes(one)) })}
      />
      <label class="select">
        <span class="unseen">Verdict</span>
        <select
          value={verdict ?? 'any'}
          onChange={({ currentTarget: { value } }) =>
            onChange(value === 'any' ? rest : { ...rest, verdict: value as VerdictFilter })
          }
        >
          {Object.entries(verdictText).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {isNarrowed && (
        <button
          type="button"
          class="small quiet"
          onClick={() => {
            const { verdict: _verdict, ...time } = filters;
            onChange({ ...time, cameras: [], kinds: [], severities: [] });
          }}
        >
          Clear filters
        </button>
      )}
    </div>
  );
};
