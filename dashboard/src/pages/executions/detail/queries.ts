/** The queries of the execution page, and how they are kept fresh. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api, take } from '../../../api/client';
import { useLive } from '../../../api/live';
import { useMay } from '../../../shell/session';
import { isOver, newsBetween, type Defined, type Execution } from './view';

export function useExecution(id: string): UseQueryResult<Execution> {
  const asked = useQuery({
    queryKey: ['execution', id],
    queryFn: (): Promise<Execution> => take(api.GET('/v1/executions/{id}', { params: { path: { id } } })),
  });
  useLive(asked.data ? newsOf(asked.data) : null, [['execution', id]]);
  return asked;
}

/** The stream of changes of an execution; once it has failed, the one that shows the start of what handles that. */
function newsOf({ id, status, handledBy }: Execution): string | null {
  if (!isOver(status)) return `/v1/executions/${id}/events`;
  return handledBy && !handledBy.executionId && !handledBy.error ? '/v1/events' : null;
}

/** The workflow version of this execution. */
export function useDefinition(execution: Execution | undefined) {
  const id = execution?.id ?? '';
  return useQuery({
    queryKey: ['execution', id, 'workflow'],
    queryFn: () => take(api.GET('/v1/executions/{id}/workflow', { params: { path: { id } } })),
    enabled: execution !== undefined,
    staleTime: Infinity,
  });
}

const NONE: readonly Defined[] = [];
export const definedOf = (definition: { tasks: readonly Defined[] } | undefined): readonly Defined[] =>
  definition?.tasks ?? NONE;

/** The expected time of each task and the expected end, from past times of such tasks. */
export function useExpected(execution: Execution | undefined) {
  const may = useMay();
  const { workflowId = '', parameters = {} } = execution ?? {};
  const { data } = useQuery({
    queryKey: ['workflow', workflowId, 'quote', execution?.id],
    queryFn: () =>
      take(
        api.POST('/v1/workflows/{workflowId}/quote', {
          params: { path: { workflowId } },
          body: { parameters },
        }),
      ),
    enabled: execution !== undefined && may.run,
    staleTime: Infinity,
    retry: false,
  });
  return useMemo(() => {
    const seconds = new Map<string, number>();
    for (const part of data?.parts ?? [])
      if (part.seconds)
        seconds.set(part.taskId, Math.max(seconds.get(part.taskId) ?? 0, part.seconds.likely * 1000));
    return seconds;
  }, [data]);
}

/** The thermal states of the models meanwhile, for roles that may see them. */
export function useHeat(execution: Execution | undefined) {
  const may = useMay();
  const from = execution?.createdAt;
  const to = execution?.completedAt ?? undefined;
  const models = new Set(execution?.tasks.map(({ modelId }) => modelId));
  const { data } = useQuery({
    queryKey: ['execution', execution?.id, 'heat', from, to],
    queryFn: () =>
      take(
        api.GET('/v1/metrics/thermal', { params: { query: { ...(from && { from }), ...(to && { to }) } } }),
      ),
    enabled: execution !== undefined && may.audit,
    retry: false,
  });
  return (data?.items ?? []).filter(({ modelId }) => models.has(modelId));
}

/** The current time, updated every second while it matters. */
export function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [isRunning]);
  return now;
}

/** The last thing that ended, for a polite live region. */
export function useNews(execution: Execution | undefined): string {
  const [before, setBefore] = useState(execution);
  const [news, setNews] = useState('');
  if (execution !== before) {
    setBefore(execution);
    const changes = execution && before && execution.id === before.id ? newsBetween(before, execution) : [];
    if (changes.length > 0) setNews(`${changes.join('. ')}.`);
  }
  return news;
}
