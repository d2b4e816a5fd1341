/** One attempt at a task: its times, its end, its cost, and the endpoint's answer if it failed. */
import type { components } from '../../../../api/contract';
import { textOf } from '../../../../parts/difference/difference';
import { clock, duration, usd } from '../../../../parts/quantities';
import { State } from '../../../../parts/state/State';
import classes from '../../Execution.module.css';

type Shown = components['schemas']['TaskDetail']['attempts'][number];

export function Attempt({
  of: { attempt, status, startedAt, endedAt, costUsd, error, usage, address, failure },
}: {
  of: Shown;
}) {
  const answered = failure && [
    failure.status !== null && `HTTP ${failure.status}`,
    failure.modelStatus !== null && `model status ${failure.modelStatus}`,
  ];
  return (
    <li>
      {attempt}. <State of={status} plain />{' '}
      <span className="quiet">
        {clock(startedAt)}
        {endedAt && `, ${duration(Date.parse(endedAt) - Date.parse(startedAt))}`}, {usd(costUsd)}
      </span>
      {error && (
        <div className={classes.more}>
          <span className="mono">{error.code}</span> {error.message}
        </div>
      )}
      {address && <div className="faint mono">Sent to {address}</div>}
      {failure?.answer && (
        <>
          <div className="quiet">
            What it answered
            {answered?.some(Boolean) && ` (${answered.filter(Boolean).join(', ')})`}
          </div>
          <div
            className={classes.well}
            tabIndex={0}
            role="region"
            aria-label={`Answer to attempt ${attempt}`}
          >
            <pre className={classes.text}>{failure.answer}</pre>
          </div>
        </>
      )}
      {Object.keys(usage).length > 0 && (
        <div className="faint mono">
          {Object.entries(usage)
            .map(([key, value]) => `${key} ${textOf(value)}`)
            .join(', ')}
        </div>
      )}
    </li>
  );
}
