/** The page that changes a schedule. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Absent } from '../../parts/page/Absent';
import { Page } from '../../parts/page/Page';
import { useSession } from '../../shell/session';
import { scheduleQuery, workflowQuery } from './queries';
import { ScheduleForm } from './ScheduleForm';

const route = getRouteApi('/schedules/$id/edit');

export default function EditSchedule() {
  const { id } = route.useParams();
  const { session } = useSession();
  // A draft stays as it is while the schedule ticks: the version that it began with is compared when it is saved.
  const schedule = useQuery({ ...scheduleQuery(id), queryKey: ['schedule draft', id], gcTime: 0 });
  const workflow = useQuery({
    ...workflowQuery(schedule.data?.workflowId ?? ''),
    enabled: schedule.data !== undefined,
  });
  const error = schedule.error ?? workflow.error;
  return (
    <Page
      title={`Edit ${schedule.data?.name ?? 'schedule'}`}
      trail={
        <>
          <Link to="/schedules" className="plain">
            Schedules
          </Link>
          {' / '}
          <Link to="/schedules/$id" params={{ id }} className="plain mono">
            {id.slice(0, 8)}
          </Link>
        </>
      }
    >
      {error && (
        <Absent
          error={error}
          retry={() => void schedule.refetch()}
          what="schedule"
          id={id}
          list="/schedules"
        />
      )}
      {schedule.data && workflow.data ? (
        <ScheduleForm
          workflow={workflow.data}
          schedule={schedule.data}
          isAdministrator={session?.role === 'platform_admin'}
        />
      ) : (
        !error && <Skeleton height={360} radius={8} />
      )}
    </Page>
  );
}
