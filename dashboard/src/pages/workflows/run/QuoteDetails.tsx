/** The details of a quote: price lines, models, licences and warnings. */
import { Alert } from '@mantine/core';
import { ExternalLink } from '../../../parts/page/ExternalLink';
import { plural, usd } from '../../../parts/quantities';
import { ModelLine } from '../ModelLine';
import { dutiesOf, linesOf, type Quote } from './quote';
import classes from '../workflows.module.css';

export function Lines({
  quote,
  each = false,
  children,
}: {
  quote: Quote;
  /** The price is for one of several sequences. */
  each?: boolean;
  children: React.ReactNode;
}) {
  const models = [...new Set(quote.parts.map(({ modelId }) => modelId))];
  return (
    <dl className={classes.lines}>
      {!each &&
        linesOf(quote).map(({ label, amount }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{amount === null ? 'Not known' : usd(amount)}</dd>
          </div>
        ))}
      {models.map((id) => (
        <ModelLine key={id} id={id} />
      ))}
      {children}
    </dl>
  );
}

export const Duties = ({ of: licenses }: { of: Quote['licenses'] }) =>
  dutiesOf(licenses).map(({ spdx, url, duty, of }) => (
    <div key={spdx}>
      <dt>
        <ExternalLink to={url}>{spdx}</ExternalLink> <span className="faint">{of}</span>
      </dt>
      <dd data-weight={duty === 'Share alike' || undefined}>{duty}</dd>
    </div>
  ));

/** What has changed since a quote was accepted. */
export const Changes = ({ of: changes }: { of: readonly string[] }) => (
  <Alert color="orange" variant="outline" role="alert" title="Not started: what was quoted has changed">
    <ul className={classes.bare}>
      {changes.map((words) => (
        <li key={words}>{words}</li>
      ))}
    </ul>
    <p>Run it if you agree to the new quote.</p>
  </Alert>
);

export function Warnings({ of: warnings }: { of: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <Alert color="orange" variant="outline" title={`${plural(warnings.length, 'thing')} to know`}>
      <ul className={classes.bare}>
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </Alert>
  );
}
