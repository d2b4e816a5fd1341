/** What these pages ask the API. */
import { infiniteQueryOptions, queryOptions, type QueryKey } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { Entry } from '../../parts/difference/History';
import type { BoardLicence, Dependency, Licence, Model, ModelDetail } from './shape';

export interface Listed<T> {
  items: T[];
  nextCursor: string | null;
}

/** The contract leaves configurations open; here they get the names that the pages use. */
export const told = <T>(answer: Promise<unknown>): Promise<T> => answer as Promise<T>;

type Query = Record<string, unknown>;
const paged = <T>(queryKey: QueryKey, ask: (page: { cursor?: string; limit: number }) => Promise<unknown>) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) =>
      told<Listed<T>>(ask({ limit: 50, ...(pageParam !== null && { cursor: pageParam }) })),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

const path = (modelId: string) => ({ path: { modelId } });

export const modelsQuery = (filters: Query) =>
  paged<Model>(['models', filters], (page) =>
    take(api.GET('/v1/models', { params: { query: { ...filters, ...page } } })),
  );

export const modelQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['model', modelId],
    queryFn: () => told<ModelDetail>(take(api.GET('/v1/models/{modelId}', { params: path(modelId) }))),
  });

export const historyQuery = (modelId: string) =>
  paged<Entry>(['model', modelId, 'history'], (query) =>
    take(api.GET('/v1/models/{modelId}/history', { params: { ...path(modelId), query } })),
  );

export const licencesQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['model', modelId, 'licenses'],
    queryFn: () =>
      told<Listed<Licence>>(
        take(
          api.GET('/v1/models/{modelId}/licenses', { params: { ...path(modelId), query: { limit: 200 } } }),
        ),
      ),
  });

export const dependenciesQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['model', modelId, 'dependencies'],
    queryFn: () =>
      told<Listed<Dependency>>(
        take(
          api.GET('/v1/models/{modelId}/dependencies', {
            params: { ...path(modelId), query: { limit: 200 } },
          }),
        ),
      ),
  });

export const boardQuery = (filters: Query) =>
  paged<BoardLicence>(['licenses', 'board', filters], (page) =>
    take(api.GET('/v1/licenses', { params: { query: { ...filters, ...page } } })),
  );

export const summaryQuery = () =>
  queryOptions({ queryKey: ['licenses', 'summary'], queryFn: () => take(api.GET('/v1/licenses/summary')) });

/** All that a filter lets through, page after page. */
export async function wholeBoard(filters: Query): Promise<BoardLicence[]> {
  const all: BoardLicence[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { ...filters, limit: 200, ...(cursor && { cursor }) };
    const page: Listed<BoardLicence> = await told(take(api.GET('/v1/licenses', { params: { query } })));
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

export const executionsQuery = (modelId: string) =>
  paged<ExecutionRow>(['executions', { modelId }], (page) =>
    take(api.GET('/v1/executions', { params: { query: { modelId, ...page } } })),
  );

export interface ExecutionRow {
  waiting: { nothingRuns: boolean } | null;
  id: string;
  workflowId: string;
  status: string;
  createdAt: string;
  durationMs: number | null;
  cost: { estimatedUsd: string | null; actualUsd: string };
}

export interface ModelThermal {
  state: string;
  since: string | null;
  why: string | null;
  serving: number;
  wanted: number;
  billed: number;
  usdPerHour: string;
  pin: { desired: 'auto' | 'on' | 'off'; reason: string | null; until: string | null };
  failure: string | null;
  retryAt: string | null;
  lastLookAt: string | null;
  slots: { all: number; usable: number; taken: number; doubted: number; doubtUntil: string | null };
  waiting: number;
  running: number;
  warmup: { seconds: number; measured: number };
  nextNeed: { at: string; uncertaintySeconds: number; executionId: string; taskId: string } | null;
  brakes: { scaleIn: boolean; scaleOut: boolean };
  history: Listed<{
    at: string;
    from: string;
    to: string;
    reason: string;
    instances: number;
    usdPerHour: string;
  }>;
}

export const modelThermalQuery = (modelId: string) =>
  infiniteQueryOptions({
    queryKey: ['model', modelId, 'thermal'],
    queryFn: ({ pageParam }) =>
      told<ModelThermal>(
        take(
          api.GET('/v1/models/{modelId}/thermal', {
            params: {
              ...path(modelId),
              query: { limit: 20, ...(pageParam !== null && { cursor: pageParam }) },
            },
          }),
        ),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ history }) => history.nextCursor,
  });

export interface HeatNow {
  modelId: string;
  state: string;
  serving: number;
  wanted: number;
}

export interface Usage {
  key: string | null;
  executions: number;
  priceUsd: string;
  loadedUsd?: string;
}

export const heatNowQuery = () =>
  queryOptions({
    queryKey: ['thermal', 'now'],
    queryFn: () => told<{ models: HeatNow[] }>(take(api.GET('/v1/thermal'))),
  });

/** Executions and spend of each model since this time yesterday. */
export const usageQuery = () =>
  queryOptions({
    queryKey: ['costs', 'models', '24h'],
    queryFn: () => {
      const from = new Date(Date.now() - 86_400_000).toISOString();
      return told<{ items: Usage[] }>(
        take(api.GET('/v1/costs', { params: { query: { by: 'model', from } } })),
      );
    },
    staleTime: 60_000,
  });

/** How warm every model was in the last day. */
export const heatQuery = () =>
  queryOptions({
    queryKey: ['thermal', 'strip'],
    queryFn: async () => {
      const to = new Date();
      const query = { from: new Date(to.getTime() - 86_400_000).toISOString(), to: to.toISOString() };
      const { items } = await told<{
        items: { modelId: string; spans: { heat: string; from: string; to: string }[] }[];
      }>(take(api.GET('/v1/metrics/thermal', { params: { query } })));
      return { ...query, items };
    },
    staleTime: 60_000,
  });
