/** The triggers: who sends to each, what it starts, and how many deliveries had a wrong signature. */
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { usePages } from '../../api/pages';
import { Card } from '../../parts/page/Card';
import { Empty } from '../../parts/page/Empty';
import { Page } from '../../parts/page/Page';
import { State } from '../../parts/state/State';
import { DataTable, type Column } from '../../parts/table/DataTable';
import { useMay } from '../../shell/session';
import { NewTrigger } from './NewTrigger';
import { schemeLabel, type Trigger } from './words';

const route = getRouteApi('/triggers');

export default function Triggers() {
  const navigate = route.useNavigate();
  const may = useMay();
  const [isNew, setNew] = useState(false);
  const { rows, error, retry, more } = usePages(['triggers'], (page) =>
    take(api.GET('/v1/triggers', { params: { query: page } })),
  );
  const create = may.manageTenant && (
    <Button variant="filled" onClick={() => setNew(true)}>
      New trigger
    </Button>
  );
  return (
    <Page title="Triggers" actions={create}>
      <Card flush>
        <DataTable
          label="Triggers"
          rows={rows}
          keyOf={({ id }) => id}
          error={error}
          retry={retry}
          more={more}
          onOpen={({ id }) => void navigate({ to: '/triggers/$id', params: { id } })}
          columns={COLUMNS}
          empty={
            <Empty action={create}>
              There is no trigger yet. A trigger is a URL to which another service, such as GitHub or Stripe,
              sends webhooks that start a workflow.
            </Empty>
          }
        />
      </Card>
      {isNew && <NewTrigger close={() => setNew(false)} />}
    </Page>
  );
}

const COLUMNS: readonly Column<Trigger>[] = [
  {
    head: 'Name',
    cell: ({ id, name }) => (
      <Link to="/triggers/$id" params={{ id }} className="plain">
        {name}
      </Link>
    ),
  },
  { head: 'Workflow', wide: true, cell: ({ workflowId }) => <span className="mono">{workflowId}</span> },
  { head: 'Signed by', wide: true, cell: ({ scheme }) => schemeLabel(scheme) },
  {
    head: 'State',
    cell: ({ enabled }) => (
      <State of={enabled ? 'active' : 'disabled'}>{enabled ? 'Enabled' : 'Disabled'}</State>
    ),
  },
  { head: 'Wrong signatures', number: true, cell: ({ rejected }) => rejected.toLocaleString('en-US') },
  { head: 'Runs as', wide: true, cell: ({ runsAs }) => runsAs },
];
