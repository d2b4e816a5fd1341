/** Before the first execution: the three steps to it. */
import { Link } from '@tanstack/react-router';
import { Card } from '../../parts/Card';
import { useMay } from '../../shell/session';
import classes from './Overview.module.css';

const STEPS = [
  [
    '/models/new',
    'Register a model',
    'What it is called, where it runs, what it costs, and under which licences.',
    '/models',
    'See the models',
  ],
  [
    '/workflows/new',
    'Define a workflow',
    'Which tasks, with which models, and what a person may set.',
    '/workflows',
    'See the workflows',
  ],
  [
    '/workflows',
    'Run it',
    'Radiant warms the model, runs the tasks, and turns the model off again.',
    '/api',
    'Or by the API',
  ],
] as const;

export function First() {
  const may = useMay();
  return (
    <Card title="No executions yet" aside="three steps to the first one">
      <ol className={classes.steps}>
        {STEPS.map(([to, title, text, other, otherTitle], n) => {
          const mayMake = may.edit || (n === 2 && may.run);
          return (
            <li key={title}>
              <span className={classes.number} aria-hidden>
                {n + 1}
              </span>
              <h3>{mayMake ? <Link to={to}>{title}</Link> : title}</h3>
              <p className="quiet">{text}</p>
              <Link to={other} className="plain">
                {otherTitle}
              </Link>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
