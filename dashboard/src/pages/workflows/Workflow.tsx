/** The page of one workflow: graph, parameters, licences, versions, history and example calls. */
import { Button, Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Card } from '../../parts/page/Card';
import { Notice } from '../../parts/difference/Notice';
import { Page } from '../../parts/page/Page';
import { duration } from '../../parts/quantities';
import { State } from '../../parts/state/State';
import { Absent } from '../../parts/page/Absent';
import { useMay } from '../../shell/session';
import { Calls } from './detail/Calls';
import { EnableWorkflow } from './EnableWorkflow';
import { GraphTab } from './detail/GraphTab';
import { HistoryTab } from './detail/HistoryTab';
import { ParametersTab, SchemasTab } from './detail/ParametersTab';
import { workflowQuery } from './queries';
import type { Workflow as Shape } from './shapes';
import { TABS } from './tabs';
import { VersionsTab } from './detail/VersionsTab';

const here = getRouteApi('/workflows/$id');

type Tab = (typeof TABS)[number];
const TITLES: Record<Tab, string> = {
  graph: 'Graph',
  parameters: 'Parameters',
  schemas: 'Schemas',
  versions: 'Versions',
  history: 'History',
  api: 'API',
};
const PANELS: Record<Tab, (workflow: Shape) => React.ReactNode> = {
  graph: (workflow) => <GraphTab workflow={workflow} />,
  parameters: (workflow) => <ParametersTab workflow={workflow} />,
  schemas: (workflow) => <SchemasTab workflow={workflow} />,
  versions: (workflow) => <VersionsTab workflow={workflow} />,
  history: (workflow) => <HistoryTab id={workflow.id} />,
  api: (workflow) => <Calls workflow={workflow} />,
};

export default function Workflow() {
  const { id } = here.useParams();
  const { tab: asked = 'graph' } = here.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const tab = asked === 'history' && !may.audit ? 'graph' : asked;
  const { data, error, refetch } = useQuery(workflowQuery(id));
  const enabled = data?.enabled !== false;
  return (
    <Page
      title={data?.name ?? id}
      trail={
        <>
          <Link to="/workflows" className="plain">
            Workflows
          </Link>{' '}
          / <span className="mono">{id}</span>
        </>
      }
      state={!enabled && <State of="disabled" />}
      actions={
        data && (
          <>
            {may.edit && (
              <>
                <EnableWorkflow id={id} name={data.name} enabled={enabled} />
                <Button renderRoot={(props) => <Link {...props} to="/workflows/new" search={{ from: id }} />}>
                  Duplicate
                </Button>
                <Button renderRoot={(props) => <Link {...props} to="/workflows/$id/edit" params={{ id }} />}>
                  Edit
                </Button>
              </>
            )}
            {may.run && enabled && data.unavailable.length === 0 && (
              <>
                <Button
                  renderRoot={(props) => <Link {...props} to="/schedules/new" search={{ workflowId: id }} />}
                >
                  Schedule
                </Button>
                <Button
                  variant="filled"
                  renderRoot={(props) => <Link {...props} to="/workflows/$id/run" params={{ id }} />}
                >
                  Run
                </Button>
              </>
            )}
          </>
        )
      }
      {...(data && {
        facts: [
          ['Version', data.version],
          ['Category', data.category.replaceAll('_', ' ')],
          ['Tasks', data.tasks.length.toLocaleString('en-US')],
          ['From tier', data.minTier],
          ['At most', duration(data.timeout * 1000)],
          ['Retries of a task', data.maxRetries],
          ...(data.onFailure
            ? [
                [
                  'When one fails',
                  <Link
                    key="f"
                    to="/workflows/$id"
                    params={{ id: data.onFailure.workflowId }}
                    className="plain"
                  >
                    {data.onFailure.workflowId}
                  </Link>,
                ] as const,
              ]
            : []),
          ['Audit trail', data.requiresAuditTrail ? 'Required' : 'Not required'],
          ['HIPAA', data.hipaaCompliant ? 'Compliant' : 'Not claimed'],
        ] as const,
      })}
    >
      {error && (
        <Absent error={error} retry={() => void refetch()} what="workflow" id={id} list="/workflows" />
      )}
      {!data && !error && <Skeleton height={320} radius={8} />}
      {data && (
        <>
          {data.unavailable.length > 0 && (
            <Notice title="It cannot be run now">
              <p>
                Nothing runs on {data.unavailable.join(', ')}: an execution is refused until{' '}
                {data.unavailable.length === 1 ? 'that model is' : 'those models are'} enabled again, or the
                tasks name another one.
              </p>
            </Notice>
          )}
          {data.description && <p className="quiet">{data.description}</p>}
          <Tabs
            value={tab}
            keepMounted={false}
            onChange={(next) =>
              void navigate({
                to: '/workflows/$id',
                params: { id },
                search: next === 'graph' || next === null ? {} : { tab: next as Tab },
                replace: true,
              })
            }
          >
            <Tabs.List mb={16}>
              {TABS.filter((value) => value !== 'history' || may.audit).map((value) => (
                <Tabs.Tab key={value} value={value}>
                  {TITLES[value]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value={tab}>
              {tab === 'graph' || tab === 'history' || tab === 'versions' ? (
                PANELS[tab](data)
              ) : (
                <Card flush={tab === 'parameters'}>{PANELS[tab](data)}</Card>
              )}
            </Tabs.Panel>
          </Tabs>
        </>
      )}
    </Page>
  );
}
