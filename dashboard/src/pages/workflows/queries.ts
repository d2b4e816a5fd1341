/** The queries of the workflow pages. */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from '../../api/client';

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: ['workflow', id],
    queryFn: () => take(api.GET('/v1/workflows/{workflowId}', { params: { path: { workflowId: id } } })),
  });

export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ['model', id],
    queryFn: () => take(api.GET('/v1/models/{modelId}', { params: { path: { modelId: id } } })),
  });

/** The number of workflows or models to choose from. */
export const modelsQuery = queryOptions({
  queryKey: ['models', 'to choose from'],
  queryFn: () => take(api.GET('/v1/models', { params: { query: { limit: 100 } } })),
});

export const versionQuery = (id: string, version: string) =>
  queryOptions({
    queryKey: ['workflow', id, 'version', version],
    queryFn: () =>
      take(
        api.GET('/v1/workflows/{workflowId}/versions/{version}', {
          params: { path: { workflowId: id, version } },
        }),
      ),
    staleTime: Infinity,
  });

export const workflowsQuery = queryOptions({
  queryKey: ['workflows', 'to choose from'],
  queryFn: () => take(api.GET('/v1/workflows', { params: { query: { limit: 100 } } })),
});
