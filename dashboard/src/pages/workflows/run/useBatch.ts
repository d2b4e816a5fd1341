/** The server's answers for a form with several sequences: the total, and the quote of the first that can run. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, take } from '../../../api/client';
import { executionsOf, MOST, type Batch, type Body } from './batch';

/** Long enough to type a word. */
const PAUSE_MS = 400;

export function useBatch({
  workflowId,
  batch,
  body,
  isWhole,
  newKey,
}: {
  workflowId: string;
  /** Null if the form makes one execution: then nothing is requested. */
  batch: Batch | null;
  body: Body;
  isWhole: boolean;
  newKey: () => string;
}) {
  const key = useRef('');
  if (key.current === '') key.current = newKey();
  const tag = `batch-${key.current.slice(0, 8)}`;
  const executions = batch && executionsOf(batch, body, tag);
  const [asked] = useDebouncedValue(JSON.stringify(executions), PAUSE_MS);
  const sent = () => JSON.parse(asked) as NonNullable<typeof executions>;
  const send = (body: { executions: ReturnType<typeof sent>; dryRun: boolean }) =>
    take(
      api.POST('/v1/workflows/{workflowId}/executions/batch', {
        params: {
          path: { workflowId },
          ...(!body.dryRun && { header: { 'idempotency-key': key.current } }),
        },
        body,
      }),
    );
  const isAsked = batch !== null && asked !== 'null' && isWhole && batch.records.length <= MOST;
  const quote = useQuery({
    queryKey: ['quote', workflowId, 'batch', asked],
    queryFn: () => send({ executions: sent(), dryRun: true }),
    enabled: isAsked,
    staleTime: 0,
  });
  const first = quote.data?.results.find(({ ok }) => ok)?.index;
  const sample = useQuery({
    queryKey: ['quote', workflowId, 'batch', asked, 'first'],
    queryFn: () =>
      take(
        api.POST('/v1/workflows/{workflowId}/quote', {
          params: { path: { workflowId } },
          body: sent()[first as number] as NonNullable<ReturnType<typeof sent>[number]>,
        }),
      ),
    enabled: isAsked && first !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return {
    tag,
    executions,
    quote,
    /** The quote of the first sequence that can run; undefined until it is known. */
    sample: first === undefined ? undefined : sample.data,
    /** Starts what was quoted. */
    run: () =>
      send({
        executions: sent().map((execution, index) => {
          const quoteId = quote.data?.results[index]?.quoteId;
          return { ...execution, ...(quoteId && { quoteId }) };
        }),
        dryRun: false,
      }),
  };
}
