/** The definition of a task. */
import { Link } from '@tanstack/react-router';
import { write } from '../../../parts/code/json';
import { duration } from '../../../parts/quantities';
import type { Task } from '../shapes';
import classes from '../workflows.module.css';

export function TaskFacts({ task }: { task: Task }) {
  const {
    taskId,
    name,
    description,
    type,
    modelId,
    dependsOn,
    condition,
    timeout,
    config,
    inputMapping,
    outputMapping,
  } = task;
  const facts: [label: string, value: React.ReactNode][] = [
    ['Id', <code key="id">{taskId}</code>],
    ['Type', type],
    [
      'Model',
      modelId && (
        <Link key="model" to="/models/$id" params={{ id: modelId }} className="plain">
          {modelId}
        </Link>
      ),
    ],
    ['After', dependsOn.length > 0 ? dependsOn.join(', ') : 'nothing: it begins'],
    ['Only if', condition && <code key="condition">{condition}</code>],
    ['At most', `${duration(timeout * 1000)} an attempt`],
  ];
  const code: [label: string, value: Task['config'] | null][] = [
    ['Input', inputMapping],
    ['Output', outputMapping],
    ['Settings', Object.keys(config).length > 0 ? config : null],
  ];
  return (
    <div className={classes.chosen}>
      <strong>{name}</strong>
      {description && <span className="quiet">{description}</span>}
      <dl className={classes.facts}>
        {facts.map(([label, value]) =>
          value ? (
            <div key={label}>
              <dt className="quiet">{label}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {code.map(([label, value]) =>
        value ? (
          <details key={label}>
            <summary className="quiet">{label}</summary>
            <pre className={classes.code} tabIndex={0}>
              {write(value)}
            </pre>
          </details>
        ) : null,
      )}
    </div>
  );
}
