/** The names of workflows by id. An execution holds only the id. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, take } from '../../api/client';

export type WorkflowNames = ReadonlyMap<string, string>;

/** By id. Empty until they are known; a workflow that is missing is shown by its id. */
export function useWorkflowNames(): WorkflowNames {
  const { data } = useQuery({
    queryKey: ['workflows', 'names'],
    queryFn: () => take(api.GET('/v1/workflows', { params: { query: { limit: 100 } } })),
    staleTime: 60_000,
  });
  return useMemo(() => new Map(data?.items.map(({ id, name }) => [id, name])), [data]);
}
