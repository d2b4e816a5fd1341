/** One trigger: its address, its rules, and what its deliveries started. */
import { Button, CopyButton, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import { Value } from '../../parts/code/Value';
import { Absent } from '../../parts/page/Absent';
import { Card } from '../../parts/page/Card';
import { Page } from '../../parts/page/Page';
import { ago, utc } from '../../parts/quantities';
import { State } from '../../parts/state/State';
import { Actions } from './Actions';
import { Deliveries } from './Deliveries';
import { schemeLabel, type Trigger as Shown } from './words';

const route = getRouteApi('/triggers/$id');

export default function Trigger() {
  const { id } = route.useParams();
  const {
    data: trigger,
    error,
    refetch,
  } = useQuery({
    queryKey: ['triggers', id],
    queryFn: () => take(api.GET('/v1/triggers/{id}', { params: { path: { id } } })),
  });
  const trail = (
    <>
      <Link to="/triggers" className="plain">
        Triggers
      </Link>{' '}
      / <span className="mono">{id.slice(0, 8)}</span>
    </>
  );
  if (!trigger)
    return (
      <Page title="Trigger" trail={trail}>
        {error ? (
          <Absent error={error} retry={() => void refetch()} what="trigger" id={id} list="/triggers" />
        ) : (
          <Skeleton height={240} radius={8} />
        )}
      </Page>
    );
  const { parameters, condition, deliveryId, request } = trigger;
  const url = `${window.location.origin}${trigger.path}`;
  return (
    <Page
      title={trigger.name}
      trail={trail}
      state={!trigger.enabled && <State of="disabled">Disabled</State>}
      actions={<Actions trigger={trigger} />}
      facts={factsOf(trigger)}
    >
      <Card
        title="Address"
        actions={
          <CopyButton value={url}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
          </CopyButton>
        }
      >
        <p style={{ margin: 0 }}>
          <code style={{ overflowWrap: 'anywhere' }}>{url}</code>
        </p>
        <p className="quiet">
          Give it to the sender. It sends JSON, signed as {schemeLabel(trigger.scheme)} does.
        </p>
      </Card>
      <Deliveries id={id} />
      {parameters && (
        <Card title="Each execution">
          <Value of={{ parameters, condition, deliveryId, request }} />
        </Card>
      )}
    </Page>
  );
}

function factsOf(trigger: Shown): [string, React.ReactNode][] {
  const { workflowId, scheme, secretSetAt, previousUntil, rejected, lastRejectedAt, runsAs } = trigger;
  return [
    [
      'Workflow',
      <Link key="w" to="/workflows/$id" params={{ id: workflowId }} className="plain">
        {workflowId}
      </Link>,
    ],
    ['Signed by', schemeLabel(scheme)],
    [
      'Secret set',
      <time key="s" dateTime={secretSetAt} title={utc(secretSetAt)}>
        {ago(secretSetAt)}
      </time>,
    ],
    ...(previousUntil
      ? ([['Secret before accepted until', utc(previousUntil)]] satisfies [string, React.ReactNode][])
      : []),
    [
      'Wrong signatures',
      lastRejectedAt ? `${rejected.toLocaleString('en-US')}, last ${ago(lastRejectedAt)}` : 'none',
    ],
    ['Runs as', runsAs],
  ];
}
