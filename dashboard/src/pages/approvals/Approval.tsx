/** One approval: what it is about, who may decide, and the decision. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../api/client';
import { useLive } from '../../api/live';
import { Value } from '../../parts/code/Value';
import { Absent } from '../../parts/page/Absent';
import { Card } from '../../parts/page/Card';
import { Page } from '../../parts/page/Page';
import { ago, utc } from '../../parts/quantities';
import { State } from '../../parts/state/State';
import { DecisionForm } from './DecisionForm';
import classes from './Approval.module.css';

type Shown = Got<'/v1/approvals/{id}'>;

const route = getRouteApi('/approvals/$id');

export default function Approval() {
  const { id } = route.useParams();
  const {
    data: approval,
    error,
    refetch,
  } = useQuery({
    queryKey: ['approvals', id],
    queryFn: () => take(api.GET('/v1/approvals/{id}', { params: { path: { id } } })),
  });
  useLive(approval?.status === 'waiting' ? '/v1/events' : null, [['approvals', id]], 'approval');
  const trail = (
    <>
      <Link to="/approvals" className="plain">
        Approvals
      </Link>{' '}
      / <span className="mono">{id.slice(0, 8)}</span>
    </>
  );
  if (!approval)
    return (
      <Page title="Approval" trail={trail}>
        {error ? (
          <Absent error={error} retry={() => void refetch()} what="approval" id={id} list="/approvals" />
        ) : (
          <Skeleton height={240} radius={8} />
        )}
      </Page>
    );
  return (
    <Page
      title={approval.taskName}
      trail={trail}
      state={<State of={approval.status} />}
      facts={factsOf(approval)}
    >
      <Card title="What is asked">
        {approval.text !== null && <p className={classes.text}>{approval.text}</p>}
        {approval.facts !== null && <Value of={approval.facts} />}
        {approval.text === null && approval.facts === null && (
          <p className="quiet">
            The workflow says no more than its name. The execution shows what came before.
          </p>
        )}
      </Card>
      {approval.mayDecide ? (
        <DecisionForm key={id} approval={approval} />
      ) : approval.status === 'waiting' ? (
        <Card title="The decision is not yours">
          <p className="quiet">It may be decided by {whoMay(approval)}.</p>
        </Card>
      ) : (
        <Decided of={approval} />
      )}
    </Page>
  );
}

function Decided({ of: { status, comment, form, decidedBy } }: { of: Shown }) {
  const who = decidedBy ?? (status === 'cancelled' ? null : 'nobody: its time limit decided');
  return (
    <Card title="The decision">
      <p className="quiet">{who === null ? 'It ended with its execution.' : `By ${who}.`}</p>
      {comment !== null && <p className={classes.text}>{comment}</p>}
      {form !== null && <Value of={form} />}
    </Card>
  );
}

const ROLES: Record<string, string> = {
  tenant_admin: 'administrators of the tenant',
  tenant_user: 'users of the tenant',
};
const whoMay = ({ approvers, allowSelf, requestedBy }: Shown): string =>
  approvers.map((name) => ROLES[name] ?? name).join(', ') + (allowSelf ? '' : `, but not by ${requestedBy}`);

const AFTER: Record<string, string> = {
  approved: 'then it counts as approved',
  rejected: 'then it counts as rejected',
  fail: 'then its task fails',
};

function factsOf(approval: Shown): [string, React.ReactNode][] {
  const { executionId, executionName, workflowId, workflowName, taskId, requestedBy, requestedAt } = approval;
  const { dueAt, decidedAt, defaultOutcome } = approval;
  return [
    [
      'Execution',
      <Link
        key="e"
        to="/executions/$id"
        params={{ id: executionId }}
        search={{ task: taskId }}
        className="plain"
      >
        {executionName ?? executionId.slice(0, 8)}
      </Link>,
    ],
    [
      'Workflow',
      <Link key="w" to="/workflows/$id" params={{ id: workflowId }} className="plain">
        {workflowName}
      </Link>,
    ],
    ['Requested by', requestedBy],
    ['May decide', whoMay(approval)],
    ['Since', <At key="s" of={requestedAt} />],
    ...(dueAt === null
      ? []
      : ([
          [
            'Until',
            <span key="u">
              <At of={dueAt} />, {AFTER[defaultOutcome]}
            </span>,
          ],
        ] satisfies [string, React.ReactNode][])),
    ...(decidedAt === null
      ? []
      : ([['Ended', <At key="d" of={decidedAt} />]] satisfies [string, React.ReactNode][])),
  ];
}

const At = ({ of }: { of: string }) => (
  <time dateTime={of} title={utc(of)}>
    {ago(of)}
  </time>
);
