/** The page that runs a workflow: parameters, quote and the run button. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, take } from '../../../api/client';
import { Page } from '../../../parts/page/Page';
import { Absent } from '../../../parts/page/Absent';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { useSession } from '../../../shell/session';
import { workflowQuery } from '../queries';
import { RunForm } from './RunForm';

const here = getRouteApi('/workflows/$id/run');

export default function RunWorkflow() {
  const { id } = here.useParams();
  const { from } = here.useSearch();
  const { session } = useSession();
  const workflow = useQuery(workflowQuery(id));
  const earlier = useQuery({
    queryKey: ['execution', from],
    queryFn: () => take(api.GET('/v1/executions/{id}', { params: { path: { id: from as string } } })),
    enabled: from !== undefined,
  });
  const isFilled = from === undefined || earlier.data !== undefined || earlier.isError;
  const name = workflow.data?.name ?? id;
  return (
    <Page
      title={`Run ${name}`}
      trail={
        <>
          <Link to="/workflows" className="plain">
            Workflows
          </Link>
          {' / '}
          <Link to="/workflows/$id" params={{ id }} className="plain mono">
            {id}
          </Link>
        </>
      }
    >
      {workflow.error && (
        <Absent
          error={workflow.error}
          retry={() => void workflow.refetch()}
          what="workflow"
          id={id}
          list="/workflows"
        />
      )}
      {earlier.error && <ErrorNotice error={earlier.error} retry={() => void earlier.refetch()} />}
      {workflow.data && isFilled ? (
        <RunForm
          key={`${id} ${from}`}
          workflow={workflow.data}
          earlier={earlier.data ?? null}
          isAdministrator={session?.role === 'platform_admin'}
        />
      ) : (
        !workflow.error && <Skeleton height={360} radius={8} />
      )}
    </Page>
  );
}
