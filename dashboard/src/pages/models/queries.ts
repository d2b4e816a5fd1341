/** The queries of the model and licence pages. */
import { infiniteQueryOptions, queryOptions, type QueryKey } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { BoardLicence } from './shape';

/** A list in pages, each with the cursor of the next. */
const paged = <Page extends { nextCursor: string | null }>(
  queryKey: QueryKey,
  ask: (page: { cursor?: string; limit: number }) => Promise<Page>,
) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => ask({ limit: 50, ...(pageParam !== null && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** The filters of the address. The API refuses unknown ones. */
type Query = Record<string, unknown>;

const path = (modelId: string) => ({ path: { modelId } });

export const modelsQuery = (filters: Query) =>
  paged(['models', filters], (page) =>
    take(api.GET('/v1/models', { params: { query: { ...filters, ...page } } })),
  );

export const modelQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['model', modelId],
    queryFn: () => take(api.GET('/v1/models/{modelId}', { params: path(modelId) })),
  });

export const historyQuery = (modelId: string) =>
  paged(['model', modelId, 'history'], (query) =>
    take(api.GET('/v1/models/{modelId}/history', { params: { ...path(modelId), query } })),
  );

export const licencesQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['model', modelId, 'licenses'],
    queryFn: () =>
      take(api.GET('/v1/models/{modelId}/licenses', { params: { ...path(modelId), query: { limit: 200 } } })),
  });

export const dependenciesQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['model', modelId, 'dependencies'],
    queryFn: () =>
      take(
        api.GET('/v1/models/{modelId}/dependencies', {
          params: { ...path(modelId), query: { limit: 200 } },
        }),
      ),
  });

export const boardQuery = (filters: Query) =>
  paged(['licenses', 'board', filters], (page) =>
    take(api.GET('/v1/licenses', { params: { query: { ...filters, ...page } } })),
  );

export const summaryQuery = () =>
  queryOptions({ queryKey: ['licenses', 'summary'], queryFn: () => take(api.GET('/v1/licenses/summary')) });

/** All rows that match a filter, page after page. */
export async function wholeBoard(filters: Query): Promise<BoardLicence[]> {
  const all: BoardLicence[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { ...filters, limit: 200, ...(cursor && { cursor }) };
    const page = await take(api.GET('/v1/licenses', { params: { query } }));
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

export const executionsQuery = (modelId: string) =>
  paged(['executions', { modelId }], (page) =>
    take(api.GET('/v1/executions', { params: { query: { modelId, ...page } } })),
  );

export const modelThermalQuery = (modelId: string) =>
  infiniteQueryOptions({
    queryKey: ['model', modelId, 'thermal'],
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/v1/models/{modelId}/thermal', {
          params: {
            ...path(modelId),
            query: { limit: 20, ...(pageParam !== null && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ history }) => history.nextCursor,
  });

export const heatNowQuery = () =>
  queryOptions({
    queryKey: ['thermal', 'now'],
    queryFn: () => take(api.GET('/v1/thermal')),
  });

/** Executions and spend of each model in the last 24 hours. */
export const usageQuery = () =>
  queryOptions({
    queryKey: ['costs', 'models', '24h'],
    queryFn: () => {
      const from = new Date(Date.now() - 86_400_000).toISOString();
      return take(api.GET('/v1/costs', { params: { query: { by: 'model', from } } }));
    },
    staleTime: 60_000,
  });

/** The thermal states of every model in the last day. */
export const heatQuery = () =>
  queryOptions({
    queryKey: ['thermal', 'strip'],
    queryFn: async () => {
      const to = new Date();
      const query = { from: new Date(to.getTime() - 86_400_000).toISOString(), to: to.toISOString() };
      const { items } = await take(api.GET('/v1/metrics/thermal', { params: { query } }));
      return { ...query, items };
    },
    staleTime: 60_000,
  });
