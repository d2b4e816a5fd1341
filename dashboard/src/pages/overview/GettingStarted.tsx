/** The first three steps of the user's role, shown before the first execution. */
import { Link } from '@tanstack/react-router';
import { Card } from '../../parts/page/Card';
import { useMay } from '../../shell/session';
import { stepsFor } from './getting-started';
import classes from './Overview.module.css';

export function GettingStarted() {
  const steps = stepsFor(useMay());
  if (steps.length === 0) return null;
  return (
    <Card title="No executions yet" aside="three first steps">
      <ol className={classes.steps}>
        {steps.map(({ to, title, text }, n) => (
          <li key={title}>
            <span className={classes.number} aria-hidden>
              {n + 1}
            </span>
            <h3>
              <Link to={to}>{title}</Link>
            </h3>
            <p className="quiet">{text}</p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
