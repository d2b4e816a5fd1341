/** Several sequences in one form: their total cost, the refused ones, and the button that runs the others. */
import { Alert, Button, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Card } from '../../../parts/page/Card';
import { problemText } from '../../../parts/page/problem';
import { plural, usd } from '../../../parts/quantities';
import { MOST, type Batch } from './batch';
import { budgetLeft, changesOf, isChanged } from './quote';
import { Changes, Duties, Lines, Warnings } from './QuoteDetails';
import { Reasons } from './Reasons';
import { refusalsOf } from './refusal';
import { useReadyBy } from './useReadyBy';
import type { useBatch } from './useBatch';
import classes from '../workflows.module.css';

const SHOWN = 10;

export function BatchRun({
  batch: { records },
  name,
  isWhole,
  asked: { tag, quote, sample, run: send },
}: {
  batch: Batch;
  /** The label of the field. */
  name: string | undefined;
  isWhole: boolean;
  asked: ReturnType<typeof useBatch>;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const fits = records.length <= MOST;
  const run = useMutation({
    mutationFn: send,
    onSuccess: async ({ count, results }) => {
      const changed = changesOf(results);
      if (count === 0 && changed.length > 0) {
        void quote.refetch();
        return;
      }
      const left = results.filter(({ code }) => isChanged(code)).length;
      if (left > 0)
        notifications.show({
          color: 'orange',
          title: `${plural(left, 'sequence')} did not start`,
          message: `${changed.join(' ')} Run them again to see their new quotes.`,
        });
      void queries.invalidateQueries({ queryKey: ['executions'] });
      await navigate({ to: '/executions/results', search: { tag } });
    },
  });
  const ready = useReadyBy(sample);
  const refused = refusalsOf(quote.data?.results ?? [], records);
  const refusedCount = refused.reduce((all, { labels }) => all + labels.length, 0);
  const cost = quote.data?.cost;
  const changes = run.data?.count === 0 ? changesOf(run.data.results) : [];
  const error = run.error ?? quote.error;
  return (
    <aside className={classes.rail} aria-label="Before you run">
      <Card title={plural(records.length, 'sequence')}>
        <div className={classes.quote} aria-busy={quote.isFetching}>
          <p className="quiet">
            Each becomes a separate execution, named {name ? `“${name}” and by its header` : 'by its header'}.
          </p>
          {!fits && (
            <Alert color="red" variant="outline" role="alert" title="Too many at once">
              {MOST.toLocaleString('en-US')} sequences can be sent at once. Split the file.
            </Alert>
          )}
          {error && (
            <Alert color="red" variant="outline" role="alert" title="They cannot run like this">
              {problemText(error)}
            </Alert>
          )}
          {changes.length > 0 && <Changes of={changes} />}
          {quote.isPending && isWhole && fits && <Skeleton height={60} />}
          {quote.data && (
            <dl className={classes.figures}>
              <div>
                <dt>Total cost, about</dt>
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
              {ready && (
                <div>
                  <dt>First ready by</dt>
                  <dd>{ready.likely}</dd>
                </div>
              )}
            </dl>
          )}
          {sample && (
            <>
              <Lines quote={sample} each>
                <div>
                  <dt>Budget</dt>
                  <dd>{budgetLeft(sample)}</dd>
                </div>
                <Duties of={sample.licenses} />
              </Lines>
              <Warnings of={sample.warnings} />
            </>
          )}
          {refused.length > 0 && (
            <Alert color="orange" variant="outline" title={`${plural(refusedCount, 'sequence')} cannot run`}>
              {refused.slice(0, SHOWN).map(({ labels, errors }) => (
                <div key={labels[0]}>
                  {labels.length === 1
                    ? labels[0]
                    : labels.length === records.length
                      ? 'All of them'
                      : plural(labels.length, 'sequence')}
                  : <Reasons of={errors} />
                </div>
              ))}
              {refused.length > SHOWN && <p>and {refused.length - SHOWN} more reasons</p>}
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
