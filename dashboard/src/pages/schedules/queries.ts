/** The queries of the pages of schedules. */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from '../../api/client';

export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedules', id],
    queryFn: () => take(api.GET('/v1/schedules/{id}', { params: { path: { id } } })),
  });

export const workflowQuery = (workflowId: string) =>
  queryOptions({
    queryKey: ['workflow', workflowId],
    queryFn: () => take(api.GET('/v1/workflows/{workflowId}', { params: { path: { workflowId } } })),
  });
