/** The page that makes a schedule: it asks for the workflow first. */
import { Select, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import { Absent } from '../../parts/page/Absent';
import { Card } from '../../parts/page/Card';
import { Page } from '../../parts/page/Page';
import { useSession } from '../../shell/session';
import { workflowQuery } from './queries';
import { ScheduleForm } from './ScheduleForm';

const route = getRouteApi('/schedules/new');

export default function NewSchedule() {
  const { workflowId } = route.useSearch();
  const navigate = route.useNavigate();
  const { session } = useSession();
  const workflow = useQuery({ ...workflowQuery(workflowId ?? ''), enabled: workflowId !== undefined });
  const workflows = useQuery({
    queryKey: ['workflows', 'names'],
    queryFn: () => take(api.GET('/v1/workflows', { params: { query: { limit: 100 } } })),
  });
  return (
    <Page
      title={workflow.data ? `Schedule ${workflow.data.name}` : 'New schedule'}
      trail={
        <Link to="/schedules" className="plain">
          Schedules
        </Link>
      }
    >
      <Card>
        <Select
          label="Workflow"
          searchable
          placeholder="Choose what it runs"
          data={workflows.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={workflowId ?? null}
          onChange={(chosen) =>
            void navigate({ search: chosen === null ? {} : { workflowId: chosen }, replace: true })
          }
          allowDeselect={false}
        />
      </Card>
      {workflow.error && (
        <Absent
          error={workflow.error}
          retry={() => void workflow.refetch()}
          what="workflow"
          id={workflowId ?? ''}
          list="/workflows"
        />
      )}
      {workflow.data ? (
        <ScheduleForm
          key={workflowId}
          workflow={workflow.data}
          schedule={null}
          isAdministrator={session?.role === 'platform_admin'}
        />
      ) : (
        workflow.isLoading && <Skeleton height={360} radius={8} />
      )}
    </Page>
  );
}
