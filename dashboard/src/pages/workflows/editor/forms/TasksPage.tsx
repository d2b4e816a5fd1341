/** The tasks in their order, and the form of the chosen one. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Empty } from '../../../../parts/page/Empty';
import { modelsQuery, workflowsQuery } from '../../queries';
import { newTask, type Task } from '../../shapes';
import { filled, freeName, move, removeTask, renameTask } from '../edits';
import classes from '../editor.module.css';
import { IdField } from './IdField';
import { ObjectForm } from './ObjectForm';
import type { PageProps } from './pages';
import { RowList } from './RowList';
import { taskSource } from './taskSource';

const ID = ['tasks', 'taskId'] as const;

export function TasksPage({ draft, change, errors, warnings, row, choose, onUnreadable }: PageProps) {
  const { tasks } = draft;
  const at = tasks.findIndex(({ taskId }) => taskId === row);
  const task = tasks[at];
  const set = (next: Task[]) => change({ ...draft, tasks: next });
  const rows = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { place } of errors)
      if (place.row !== null) counts.set(place.row, (counts.get(place.row) ?? 0) + 1);
    return tasks.map(({ taskId, name, type, modelId }) => ({
      id: taskId,
      title: name || taskId,
      detail: [taskId, modelId ?? type].join(', '),
      errors: counts.get(taskId) ?? 0,
    }));
  }, [tasks, errors]);
  const add = () => {
    const id = freeName(
      'task',
      tasks.map(({ taskId }) => taskId),
    );
    // A new task comes after the chosen one, in the list and in the graph.
    const place = at < 0 ? tasks.length : at + 1;
    set([...tasks.slice(0, place), newTask(id, task ? [task.taskId] : []), ...tasks.slice(place)]);
    choose(id);
  };
  return (
    <div className={classes.columns}>
      <RowList
        what="task"
        rows={rows}
        selected={row}
        onSelect={choose}
        onAdd={add}
        onMove={(id, step) =>
          set(
            move(
              tasks,
              tasks.findIndex(({ taskId }) => taskId === id),
              step,
            ),
          )
        }
        onRemove={(id) => {
          const left = removeTask(tasks, id);
          set(left);
          choose(left[Math.min(at, left.length - 1)]?.taskId ?? null);
        }}
      />
      {task ? (
        <TaskForm
          key={at}
          task={task}
          tasks={tasks}
          errors={errors.filter(({ place }) => place.row === row)}
          warnings={warnings.filter(({ place }) => place.row === row)}
          onUnreadable={(field, error) => onUnreadable(`tasks.${task.taskId}.${field}`, error)}
          onRename={(to) => {
            set(renameTask(tasks, task.taskId, to));
            choose(to);
          }}
          onChange={(next) => set(tasks.map((other) => (other === task ? next : other)))}
        />
      ) : (
        <Empty>
          {tasks.length === 0
            ? 'No task yet. Add the first with the plus button.'
            : 'Choose a task in the list or in the graph.'}
        </Empty>
      )}
    </div>
  );
}

function TaskForm({
  task,
  tasks,
  errors,
  warnings,
  onChange,
  onRename,
  onUnreadable,
}: {
  task: Task;
  tasks: readonly Task[];
  errors: PageProps['errors'];
  warnings: PageProps['warnings'];
  onChange: (task: Task) => void;
  onRename: (to: string) => void;
  onUnreadable: (field: string, error: string | null) => void;
}) {
  const models = useQuery(modelsQuery).data;
  const workflows = useQuery(workflowsQuery).data;
  const { taskId, type, modelId } = task;
  const ids = tasks.map((other) => other.taskId).join(' ');
  const source = useMemo(() => {
    const known = (models?.items ?? []).map(({ id, displayName }) => ({ value: id, label: displayName }));
    const others = ids.split(' ').filter((id) => id !== taskId);
    return taskSource(
      type,
      others.map((value) => ({ value, label: value })),
      {
        models:
          modelId === null || known.some(({ value }) => value === modelId)
            ? known
            : [...known, { value: modelId, label: modelId }],
        workflows: (workflows?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
      },
    );
  }, [models, workflows, ids, taskId, type, modelId]);
  const own = errors
    .filter(({ place }) => place.field === 'taskId' || place.field === '')
    .map(({ message }) => message);
  return (
    <div className={classes.form}>
      <IdField
        label="Id"
        description="Others refer to it: tasks.id.output"
        of={ID}
        value={taskId}
        taken={ids.split(' ')}
        onChange={onRename}
        onUnreadable={(error) => onUnreadable('taskId', error)}
        error={own.join('; ') || undefined}
      />
      <ObjectForm
        source={source}
        value={task}
        onChange={(next) => onChange(filled(newTask(taskId), next))}
        errors={errors}
        warnings={warnings}
        onUnreadable={onUnreadable}
      />
    </div>
  );
}
