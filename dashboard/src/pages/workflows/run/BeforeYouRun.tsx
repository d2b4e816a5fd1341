/** The quote beside the run form: cost, expected end, and reasons why it cannot run. */
import { Alert, Button, Skeleton } from '@mantine/core';
import { Problem } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { problemText } from '../../../parts/page/problem';
import { usd, utc } from '../../../parts/quantities';
import { budgetLeft, costRange, quoteLine, readyBy, runLabel, startsIn, type Quote } from './quote';
import { Changes, Duties, Lines, Warnings } from './QuoteDetails';
import { Reasons } from './Reasons';
import { useNow } from './useReadyBy';
import classes from '../workflows.module.css';

/** The server's errors that no field shows. */
export interface Refusal {
  error: unknown;
  elsewhere: readonly { path: string; message: string }[];
  /** Some field shows the rest. */
  isMarked: boolean;
}

export function BeforeYouRun({
  quote,
  isOld,
  refusal,
  changes,
  isQuoting,
  missing,
  isWhole,
  isRunning,
  isEarlier,
}: {
  quote: Quote | undefined;
  isOld: boolean;
  refusal: Refusal | null;
  /** What has changed since the quote that was accepted. The new quote is shown. */
  changes: readonly string[] | null;
  /** The quote of what is filled in is on its way. */
  isQuoting: boolean;
  missing: readonly string[];
  isWhole: boolean;
  isRunning: boolean;
  isEarlier: boolean;
}) {
  const shown = isWhole && !refusal ? quote : undefined;
  const isForbidden = refusal?.error instanceof Problem && refusal.error.status === 403;
  return (
    <aside className={classes.rail} aria-label="Before you run">
      <Card title="Before you run">
        <div
          className={classes.quote}
          aria-busy={isOld}
          data-old={(isOld && shown !== undefined) || undefined}
        >
          {isEarlier && <p className="faint">Filled in from an earlier execution.</p>}
          {changes && <Changes of={changes} />}
          {shown ? (
            <QuoteDetails quote={shown} />
          ) : refusal ? (
            <Alert
              color="red"
              variant="outline"
              role="alert"
              title={isForbidden ? 'Not allowed' : 'It cannot run like this'}
            >
              <Refused of={refusal} />
            </Alert>
          ) : (
            <Untold missing={missing} isWhole={isWhole} isOld={isOld} />
          )}
          <Button
            type="submit"
            variant="filled"
            size="sm"
            fullWidth
            loading={isRunning}
            disabled={isForbidden || isQuoting}
          >
            {runLabel(shown)}
          </Button>
        </div>
      </Card>
    </aside>
  );
}

function Refused({ of: { error, elsewhere, isMarked } }: { of: Refusal }) {
  if (!(error instanceof Problem) || error.errors.length === 0) return problemText(error);
  return (
    <>
      <p>
        {error.detail}
        {isMarked && ' See the marked fields.'}
      </p>
      <Reasons of={elsewhere} />
    </>
  );
}

/** Why there is no price yet. */
function Untold({
  missing,
  isWhole,
  isOld,
}: {
  missing: readonly string[];
  isWhole: boolean;
  isOld: boolean;
}) {
  if (!isWhole)
    return (
      <p className="quiet">
        {missing.length > 0
          ? `Fill in ${missing.join(', ')} to see the cost and the expected end.`
          : 'Correct the marked fields to see the cost and the expected end.'}
      </p>
    );
  return isOld ? <Skeleton height={180} /> : null;
}

function QuoteDetails({ quote }: { quote: Quote }) {
  const now = useNow();
  const ready = readyBy(quote, now);
  const range = costRange(quote);
  return (
    <>
      <dl className={classes.figures}>
        <div>
          <dt>Cost, about</dt>
          <dd>{quote.cost ? usd(quote.cost.likelyUsd) : 'Not known'}</dd>
        </div>
        <div>
          <dt>Starts in</dt>
          <dd>{startsIn(quote, now)}</dd>
        </div>
        <div>
          <dt>Ready by</dt>
          <dd title={quote.endsAt ? utc(quote.endsAt.likely) : undefined}>{ready.likely}</dd>
        </div>
      </dl>
      {(range ?? ready.range) && (
        <p className="faint numbers">
          {[range, ready.range && `ready ${ready.range}`].filter(Boolean).join(', ')}
        </p>
      )}
      <Lines quote={quote}>
        <div>
          <dt>Budget</dt>
          <dd>{budgetLeft(quote)}</dd>
        </div>
        <Duties of={quote.licenses} />
      </Lines>
      {!quote.budget.fits && (
        <Alert color="red" variant="outline" role="alert" title="More than the budget has left">
          It would reserve {usd(quote.budget.reservesUsd)}, and{' '}
          {quote.budget.remainingUsd === null ? 'nothing' : usd(quote.budget.remainingUsd)} is left this
          month. A manager of the tenant can raise the limit.
        </Alert>
      )}
      <Warnings of={quote.warnings} />
      <p className="faint numbers" title={quote.id}>
        {quoteLine(quote)}
      </p>
      <details>
        <summary className="quiet">{quote.confidence.words}</summary>
        <ul className={classes.assumes}>
          {quote.assumes.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </details>
    </>
  );
}
