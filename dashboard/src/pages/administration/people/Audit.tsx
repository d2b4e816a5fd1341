/** The audit log: author, time and old value of each change. */
import { Button, Select, Skeleton, TextInput } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../../api/client';
import { useLive } from '../../../api/live';
import { usePages } from '../../../api/pages';
import { Card } from '../../../parts/page/Card';
import { Empty } from '../../../parts/page/Empty';
import { Page } from '../../../parts/page/Page';
import { compact } from '../../../parts/address';
import { SavedViews } from '../../../shell/views/SavedViews';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { utc } from '../../../parts/quantities';
import { Changes } from './Changes';
import classes from '../Administration.module.css';

type Entry = Got<'/v1/audit'>['items'][number];

const page = getRouteApi('/audit');
const ENTITIES = [
  'model',
  'license',
  'dependency',
  'workflow',
  'execution',
  'schedule',
  'approval',
  'tenant',
  'user',
  'administrator',
  'api_key',
  'session',
  'thermal',
];
const DAY_MS = 86_400_000;

export default function Audit() {
  const search = page.useSearch();
  const navigate = page.useNavigate();
  useLive('/v1/events', [['audit']]);
  const { from, to, ...filters } = search;
  const query = {
    ...filters,
    ...(from && { from: `${from}T00:00:00Z` }),
    ...(to && { to: new Date(Date.parse(to) + DAY_MS).toISOString() }),
  };
  const { rows, error, retry, more } = usePages(['audit', query], (cursor) =>
    take(api.GET('/v1/audit', { params: { query: { ...query, ...cursor } } })),
  );
  const set = (change: Partial<Record<keyof typeof search, string | undefined>>) =>
    void navigate({ search: (now) => compact({ ...now, ...change }), replace: true });
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Page title="Audit log" actions={<SavedViews />}>
      <div className={classes.filters}>
        <Select
          label="What"
          clearable
          searchable
          data={ENTITIES.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
          value={search.entity ?? null}
          onChange={(entity) => set({ entity: entity ?? undefined, entityId: undefined })}
        />
        <Filter
          key={`action ${search.action}`}
          label="Action"
          value={search.action}
          onSet={(action) => set({ action })}
        />
        <Filter
          key={`actor ${search.actor}`}
          label="User"
          value={search.actor}
          onSet={(actor) => set({ actor })}
        />
        <TextInput
          type="date"
          label="From"
          value={from ?? ''}
          onChange={(event) => set({ from: event.currentTarget.value || undefined })}
        />
        <TextInput
          type="date"
          label="To"
          value={to ?? ''}
          onChange={(event) => set({ to: event.currentTarget.value || undefined })}
        />
        {isFiltered && (
          <Button size="sm" onClick={() => void navigate({ search: {} })}>
            Clear the filters
          </Button>
        )}
      </div>
      <Card label="Entries" flush>
        {error && !rows ? (
          <ErrorNotice error={error} retry={retry} />
        ) : !rows ? (
          <div style={{ padding: 20 }}>
            <Skeleton height={200} />
          </div>
        ) : rows.length === 0 ? (
          <Empty
            action={
              isFiltered && <Button onClick={() => void navigate({ search: {} })}>Clear the filters</Button>
            }
          >
            {isFiltered
              ? 'No change matches these filters.'
              : 'Nothing was changed yet. Every change will appear here.'}
          </Empty>
        ) : (
          <>
            <ul className={classes.entries}>
              {rows.map((entry) => (
                <One key={entry.id} entry={entry} />
              ))}
            </ul>
            {more && (
              <div style={{ padding: 12, textAlign: 'center' }}>
                <Button onClick={more.fetch} loading={more.busy}>
                  Show more
                </Button>
              </div>
            )}
          </>
        )}
      </Card>
    </Page>
  );
}

/** Applied on Enter or on leaving the field, not at every letter. */
const Filter = ({
  label,
  value,
  onSet,
}: {
  label: string;
  value: string | undefined;
  onSet: (value: string | undefined) => void;
}) => (
  <TextInput
    label={label}
    defaultValue={value ?? ''}
    onBlur={(event) =>
      event.currentTarget.value !== (value ?? '') && onSet(event.currentTarget.value.trim() || undefined)
    }
    onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
  />
);

const One = ({ entry }: { entry: Entry }) => (
  <li className={classes.entry}>
    <details>
      <summary>
        <time dateTime={entry.at}>{utc(entry.at)}</time>
        <span>{entry.actorName ?? entry.actorType}</span>
        <span className="quiet">{`${entry.entity.replaceAll('_', ' ')} ${entry.entityName ?? entry.entityId}`}</span>
        <span>{entry.summary}</span>
      </summary>
      <div className={classes.detail}>
        <p className="quiet" style={{ margin: '0 0 8px' }}>
          <EntityLink entry={entry} /> · {entry.action}
          {entry.requestId && (
            <>
              {' '}
              · request <span className="mono">{entry.requestId}</span>
            </>
          )}
        </p>
        <Changes changes={entry.changes} />
      </div>
    </details>
  </li>
);

function EntityLink({ entry: { entity, entityId, entityName } }: { entry: Entry }) {
  const name = entityName ?? entityId;
  const at = { params: { id: entityId }, className: 'plain', children: name } as const;
  if (entity === 'model') return <Link to="/models/$id" search={{ tab: 'history' }} {...at} />;
  if (entity === 'workflow') return <Link to="/workflows/$id" search={{ tab: 'history' }} {...at} />;
  if (entity === 'schedule') return <Link to="/schedules/$id" {...at} />;
  if (entity === 'execution') return <Link to="/executions/$id" {...at} />;
  return `${entity.replaceAll('_', ' ')} ${name}`;
}
