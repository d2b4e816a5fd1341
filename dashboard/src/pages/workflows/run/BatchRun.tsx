/** Several sequences in one form: what they cost together, which of them cannot run, and the button that runs the others. */
import { Alert, Button, Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { plural, usd } from '../../../parts/quantities';
import { sayProblem } from '../../../parts/page/ErrorNotice';
import { executionsOf, labelOf, MOST, type Batch } from './batch';
import type { JsonObject } from '../shapes';
import classes from '../workflows.module.css';

/** Long enough to type a word. */
const PAUSE_MS = 400;
const SHOWN = 10;

export function BatchRun({
  workflowId,
  batch,
  body,
  isWhole,
  newKey,
}: {
  workflowId: string;
  batch: Batch;
  body: { parameters: JsonObject; tags?: string[] };
  isWhole: boolean;
  newKey: () => string;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const key = useRef(newKey());
  const tag = `batch-${key.current.slice(0, 8)}`;
  const { records } = batch;
  const fits = records.length <= MOST;
  const [asked] = useDebouncedValue(JSON.stringify(executionsOf(batch, body, tag)), PAUSE_MS);
  const send = (dryRun: boolean) =>
    take(
      api.POST('/v1/workflows/{workflowId}/executions/batch', {
        params: {
          path: { workflowId },
          ...(!dryRun && { header: { 'idempotency-key': key.current } }),
        },
        body: { executions: JSON.parse(asked) as { parameters: JsonObject }[], dryRun },
      }),
    );
  const quote = useQuery({
    queryKey: ['quote', workflowId, 'batch', asked],
    queryFn: () => send(true),
    enabled: isWhole && fits,
    staleTime: 0,
  });
  const run = useMutation({
    mutationFn: () => send(false),
    onSuccess: async () => {
      void queries.invalidateQueries({ queryKey: ['executions'] });
      await navigate({ to: '/executions/results', search: { tag } });
    },
  });
  const refused = quote.data?.results.filter(({ ok }) => !ok) ?? [];
  const cost = quote.data?.cost;
  const error = run.error ?? quote.error;
  return (
    <aside className={classes.rail} aria-label="Before you run">
      <Card title={plural(records.length, 'sequence')}>
        <div className={classes.quote} aria-busy={quote.isFetching}>
          <p className="quiet">Each becomes an execution of its own, named by its header.</p>
          {!fits && (
            <Alert color="red" variant="outline" role="alert" title="Too many at once">
              {MOST.toLocaleString('en-US')} sequences may be sent at once: split the file.
            </Alert>
          )}
          {error && (
            <Alert color="red" variant="outline" role="alert" title="They cannot run like this">
              {sayProblem(error)}
            </Alert>
          )}
          {quote.isPending && isWhole && fits && <Skeleton height={60} />}
          {quote.data && (
            <dl className={classes.figures}>
              <div>
                <dt>Cost together, about</dt>
                <dd>{cost ? usd(cost.likelyUsd) : 'Not known'}</dd>
              </div>
              <div>
                <dt>At most</dt>
                <dd>{cost ? usd(cost.highUsd) : 'Not known'}</dd>
              </div>
              <div>
                <dt>Can run</dt>
                <dd>
                  {quote.data.count} of {records.length}
                </dd>
              </div>
            </dl>
          )}
          {refused.length > 0 && (
            <Alert
              color="orange"
              variant="outline"
              title={`${plural(refused.length, 'sequence')} cannot run`}
            >
              <ul className={classes.bare}>
                {refused.slice(0, SHOWN).map(({ index, detail, errors }) => (
                  <li key={index}>
                    {labelOf(records[index] ?? '', index)}: {errors?.[0]?.message ?? detail}
                  </li>
                ))}
                {refused.length > SHOWN && <li>and {refused.length - SHOWN} more</li>}
              </ul>
            </Alert>
          )}
          <Button
            variant="filled"
            size="sm"
            fullWidth
            loading={run.isPending}
            disabled={!isWhole || !quote.data || quote.data.count === 0}
            onClick={() => run.mutate()}
          >
            Run {plural(quote.data?.count ?? records.length, 'sequence')}
          </Button>
        </div>
      </Card>
    </aside>
  );
}
