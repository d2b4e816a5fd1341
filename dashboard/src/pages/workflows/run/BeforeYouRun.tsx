/** What somebody wants to know before they press the button: what it costs, when it is ready, what stands in the way. */
import { Alert, Button, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Problem } from '../../../api/client';
import { Outward } from '../../../parts/page/ExternalLink';
import { Card } from '../../../parts/page/Card';
import { plural, usd, utc } from '../../../parts/quantities';
import { sayProblem } from '../../../parts/page/ErrorNotice';
import { ModelLine } from '../ModelLine';
import { budgetLeft, costRange, dutiesOf, linesOf, readyBy, runLabel, startsIn, type Quote } from './quote';
import classes from '../workflows.module.css';

export function BeforeYouRun({
  quote,
  isOld,
  error,
  missing,
  isWhole,
  isRunning,
  isEarlier,
}: {
  quote: Quote | undefined;
  isOld: boolean;
  error: unknown;
  missing: readonly string[];
  isWhole: boolean;
  isRunning: boolean;
  isEarlier: boolean;
}) {
  const shown = isWhole && !error ? quote : undefined;
  return (
    <aside className={classes.rail} aria-label="Before you run">
      <Card title="Before you run">
        <div
          className={classes.quote}
          aria-busy={isOld}
          data-old={(isOld && shown !== undefined) || undefined}
        >
          {isEarlier && <p className="faint">Filled in from an earlier execution.</p>}
          {shown ? (
            <Told quote={shown} />
          ) : (
            <Untold error={error} missing={missing} isWhole={isWhole} isOld={isOld} />
          )}
          <Button type="submit" variant="filled" size="sm" fullWidth loading={isRunning}>
            {runLabel(shown)}
          </Button>
        </div>
      </Card>
    </aside>
  );
}

/** Why there is no price. */
function Untold({
  error,
  missing,
  isWhole,
  isOld,
}: {
  error: unknown;
  missing: readonly string[];
  isWhole: boolean;
  isOld: boolean;
}) {
  if (error)
    return (
      <Alert
        color="red"
        variant="outline"
        role="alert"
        title={error instanceof Problem && error.status === 403 ? 'Not allowed' : 'It cannot run like this'}
      >
        {error instanceof Problem && error.errors.length > 0
          ? `${error.detail} See the marked fields.`
          : sayProblem(error)}
      </Alert>
    );
  if (!isWhole)
    return (
      <p className="quiet">
        {missing.length > 0
          ? `Fill in ${missing.join(', ')} to see what it costs and when it is ready.`
          : 'Mend what is marked to see what it costs and when it is ready.'}
      </p>
    );
  return isOld ? <Skeleton height={180} /> : null;
}

function Told({ quote }: { quote: Quote }) {
  const now = useNow();
  const ready = readyBy(quote, now);
  const range = costRange(quote);
  const duties = dutiesOf(quote.licenses);
  const models = [...new Set(quote.parts.map(({ modelId }) => modelId))];
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
      <dl className={classes.lines}>
        {linesOf(quote).map(({ label, amount }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{amount === null ? 'Not known' : usd(amount)}</dd>
          </div>
        ))}
        {models.map((id) => (
          <ModelLine key={id} id={id} />
        ))}
        <div>
          <dt>Budget</dt>
          <dd>{budgetLeft(quote)}</dd>
        </div>
        {duties.map(({ spdx, url, duty, of }) => (
          <div key={spdx}>
            <dt>
              <Outward to={url}>{spdx}</Outward> <span className="faint">{of}</span>
            </dt>
            <dd data-weight={duty === 'Share alike' || undefined}>{duty}</dd>
          </div>
        ))}
      </dl>
      {!quote.budget.fits && (
        <Alert color="red" variant="outline" role="alert" title="More than the budget has left">
          It would keep back {usd(quote.budget.reservesUsd)}, and{' '}
          {quote.budget.remainingUsd === null ? 'nothing' : usd(quote.budget.remainingUsd)} is left this
          month. Somebody who manages the tenant can raise the limit.
        </Alert>
      )}
      {quote.warnings.length > 0 && (
        <Alert color="orange" variant="outline" title={`${plural(quote.warnings.length, 'thing')} to know`}>
          <ul className={classes.bare}>
            {quote.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Alert>
      )}
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

/** "In 3 m" grows old while one reads. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 5_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
