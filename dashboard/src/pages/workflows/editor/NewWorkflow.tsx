/** Creates a workflow, from an empty form or as a copy of another. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Page } from '../../../parts/page/Page';
import { compact } from '../../../parts/address';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { Editor } from './Editor';
import { workflowQuery } from '../queries';
import { definitionOf, newDefinition } from '../shapes';

const here = getRouteApi('/workflows/new');
const NOTHING = newDefinition();

export default function NewWorkflow() {
  const { from, ...at } = here.useSearch();
  const navigate = useNavigate();
  const copied = useQuery({ ...workflowQuery(from ?? ''), enabled: from !== undefined });
  const start = copied.data && {
    ...definitionOf(copied.data),
    workflowId: `${copied.data.id}_copy`,
    name: `${copied.data.name} (copy)`,
  };
  return (
    <Page
      title={from === undefined ? 'New workflow' : `Copy of ${copied.data?.name ?? from}`}
      trail={
        <Link to="/workflows" className="plain">
          Workflows
        </Link>
      }
    >
      {copied.error && <ErrorNotice error={copied.error} retry={() => void copied.refetch()} />}
      {from !== undefined && !start ? (
        !copied.error && <Skeleton height={420} radius={8} />
      ) : (
        <Editor
          key={from}
          present={NOTHING}
          presentVersion={null}
          start={start ?? NOTHING}
          at={at}
          go={(where) =>
            void navigate({
              to: '/workflows/new',
              search: (now) => compact({ ...now, ...where }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      )}
    </Page>
  );
}
