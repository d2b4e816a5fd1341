/** Filters that are stored in the address, so that a view can be shared. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, take } from '../../../api/client';
import classes from '../Execution.module.css';
import { isFiltered, STATUSES, type Filter } from './list';

export function Filters({
  filter,
  onChange,
}: {
  filter: Filter;
  onChange: (more: { [K in keyof Filter]?: Filter[K] | undefined }) => void;
}) {
  const workflows = useQuery({
    queryKey: ['workflows', 'names'],
    queryFn: () => take(api.GET('/v1/workflows', { params: { query: { limit: 100 } } })),
    staleTime: 60_000,
  });
  const models = useQuery({
    queryKey: ['models', 'names'],
    queryFn: () => take(api.GET('/v1/models', { params: { query: { limit: 100 } } })),
    staleTime: 60_000,
  });
  const choose = (key: keyof Filter) => ({
    value: filter[key] ?? '',
    onChange: (event: React.ChangeEvent<HTMLSelectElement | HTMLInputElement>) =>
      onChange({ [key]: event.currentTarget.value || undefined }),
  });
  return (
    <div className={classes.filters} role="search" aria-label="Filter the executions">
      <Typed
        label="Find"
        placeholder="Id, workflow or tag"
        value={filter.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <NativeSelect
        size="xs"
        label="Status"
        {...choose('status')}
        data={[
          { value: '', label: 'All' },
          ...STATUSES.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
        ]}
      />
      <NativeSelect
        size="xs"
        label="Workflow"
        {...choose('workflowId')}
        data={[
          { value: '', label: 'All' },
          ...named(
            workflows.data?.items.map(({ id, name }) => ({ value: id, label: name })),
            filter.workflowId,
          ),
        ]}
      />
      <NativeSelect
        size="xs"
        label="Model"
        {...choose('modelId')}
        data={[
          { value: '', label: 'All' },
          ...named(
            models.data?.items.map(({ id, displayName }) => ({ value: id, label: displayName })),
            filter.modelId,
          ),
        ]}
      />
      <Typed label="Tag" value={filter.tag ?? ''} onChange={(tag) => onChange({ tag: tag || undefined })} />
      <TextInput size="xs" type="date" label="From, UTC" {...choose('from')} />
      <TextInput size="xs" type="date" label="To, UTC" {...choose('to')} />
      {isFiltered(filter) && (
        <Button
          onClick={() =>
            onChange({
              status: undefined,
              workflowId: undefined,
              modelId: undefined,
              tag: undefined,
              from: undefined,
              to: undefined,
              q: undefined,
            })
          }
        >
          Clear
        </Button>
      )}
    </div>
  );
}

interface Choice {
  value: string;
  label: string;
}
/** The current filter stays a choice, even if it no longer exists. */
const named = (choices: readonly Choice[] = [], chosen: string | undefined): Choice[] =>
  chosen === undefined || choices.some(({ value }) => value === chosen)
    ? [...choices]
    : [...choices, { value: chosen, label: chosen }];

/** Requests after a pause in typing. */
function Typed({
  label,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  value: string;
  placeholder?: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, 300);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      size="xs"
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}
