/** Edits a workflow. Saving publishes a new version. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Page } from '../../../parts/page/Page';
import { compact } from '../../../parts/address';
import { Absent } from '../../../parts/page/Absent';
import { Editor } from './Editor';
import { versionQuery, workflowQuery } from '../queries';
import { definitionOf } from '../shapes';

const here = getRouteApi('/workflows/$id/edit');

export default function EditWorkflow() {
  const { id } = here.useParams();
  const { from, ...at } = here.useSearch();
  const navigate = useNavigate();
  const present = useQuery(workflowQuery(id));
  const earlier = useQuery({ ...versionQuery(id, from ?? ''), enabled: from !== undefined });
  const start = from === undefined ? present : earlier;
  const error = present.error ?? earlier.error;
  return (
    <Page
      title={`Edit ${present.data?.name ?? id}`}
      trail={
        <>
          <Link to="/workflows" className="plain">
            Workflows
          </Link>
          {' / '}
          <Link to="/workflows/$id" params={{ id }} className="plain mono">
            {id}
          </Link>
          {from !== undefined && `, from version ${from}`}
        </>
      }
    >
      {error && (
        <Absent
          error={error}
          retry={() => void Promise.all([present.refetch(), start.refetch()])}
          what="workflow"
          id={id}
          list="/workflows"
        />
      )}
      {present.data && start.data ? (
        <Editor
          key={`${id} ${from}`}
          present={definitionOf(present.data)}
          presentVersion={present.data.version}
          start={definitionOf(start.data)}
          at={at}
          go={(where) =>
            void navigate({
              to: '/workflows/$id/edit',
              params: { id },
              search: (now) => compact({ ...now, ...where }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      ) : (
        !error && <Skeleton height={420} radius={8} />
      )}
    </Page>
  );
}
