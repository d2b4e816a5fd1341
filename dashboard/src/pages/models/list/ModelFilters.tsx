/** The filters of the list of models. They are stored in the address. */
import { Checkbox } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { compact, oneOf } from '../../../parts/address';
import { useMay } from '../../../shell/session';
import { SelectFilter, SearchFilter } from './Filters';
import classes from './List.module.css';

const route = getRouteApi('/models');

const COMPLIANCE = [
  ['compliant', 'Compliant'],
  ['unreviewed', 'Unreviewed'],
  ['review_needed', 'Review needed'],
  ['non_compliant', 'Non-compliant'],
  ['expired', 'Expired'],
  ['expiring', 'Expiring'],
] as const;
const HEATS = [
  ['OFF', 'Off'],
  ['WARMING', 'Warming'],
  ['WARM', 'Warm'],
  ['HOT', 'Hot'],
  ['COOLING', 'Cooling'],
  ['FAILED', 'Failed'],
] as const;

const PROVIDERS = ['self_hosted', 'external'] as const;

export function ModelFilters({ categories }: { categories: readonly string[] }) {
  const may = useMay();
  const navigate = useNavigate({ from: '/models' });
  const search = route.useSearch();
  const set = (part: { [K in keyof typeof search]?: (typeof search)[K] | undefined }) =>
    void navigate({ search: compact({ ...search, ...part }), replace: true });
  return (
    <div className={classes.filters} role="search" aria-label="Filter the models">
      <SearchFilter
        label="Search"
        placeholder="Name, id or description"
        value={search.q}
        set={(q) => set({ q })}
      />
      <SelectFilter
        label="Category"
        value={search.category}
        set={(category) => set({ category })}
        options={categories.map((one) => [one, one])}
      />
      <SelectFilter label="Heat" value={search.heat} set={(heat) => set({ heat })} options={HEATS} />
      <SelectFilter
        label="Compliance"
        value={search.compliance}
        set={(compliance) => set({ compliance })}
        options={COMPLIANCE}
      />
      <SelectFilter
        label="Status"
        value={search.status}
        set={(status) => set({ status })}
        options={[
          ['active', 'Active'],
          ['beta', 'Beta'],
          ['deprecated', 'Deprecated'],
        ]}
      />
      <SelectFilter
        label="Provider"
        value={search.providerType}
        set={(providerType) => set({ providerType: oneOf({ providerType }, 'providerType', PROVIDERS) })}
        options={[
          ['self_hosted', 'Self-hosted'],
          ['external', 'External'],
        ]}
      />
      {may.audit && (
        <Checkbox
          className={classes.check}
          size="xs"
          label="Include disabled"
          checked={search.includeDisabled === true}
          onChange={(event) => set({ includeDisabled: event.currentTarget.checked || undefined })}
        />
      )}
    </div>
  );
}
