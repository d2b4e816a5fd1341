/** The graph, the definition of the chosen task, and the models with their licences. */
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Card } from '../../../parts/page/Card';
import { Dag } from '../../../parts/dag/Dag';
import { plural } from '../../../parts/quantities';
import { Models } from '../Models';
import { drawn, type Workflow } from '../shapes';
import { TaskFacts } from './TaskFacts';
import classes from '../workflows.module.css';

const here = getRouteApi('/workflows/$id');

export function GraphTab({ workflow }: { workflow: Workflow }) {
  const { task: selected } = here.useSearch();
  const navigate = useNavigate();
  const tasks = useMemo(() => drawn(workflow.tasks), [workflow.tasks]);
  const task = workflow.tasks.find(({ taskId }) => taskId === selected);
  const models = [...new Set(workflow.tasks.flatMap(({ modelId }) => (modelId === null ? [] : [modelId])))];
  return (
    <div className={classes.stack}>
      <Card title="Graph" aside={plural(workflow.tasks.length, 'task')}>
        <Dag
          tasks={tasks}
          selected={selected ?? null}
          onSelect={(id) =>
            void navigate({
              to: '/workflows/$id',
              params: { id: workflow.id },
              search: id === selected ? {} : { task: id },
              replace: true,
              resetScroll: false,
            })
          }
        />
        {task && <TaskFacts task={task} />}
      </Card>
      {models.length > 0 && <Models ids={models} />}
    </div>
  );
}
