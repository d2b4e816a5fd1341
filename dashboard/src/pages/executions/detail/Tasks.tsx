/** The graph above the timeline, with one selection and a choice of overlays. */
import { SegmentedControl } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { Card } from '../../../parts/page/Card';
import { Dag } from '../../../parts/dag/Dag';
import type { DagTask } from '../../../parts/dag/layout';
import { duration, usd } from '../../../parts/quantities';
import { Timeline } from '../../../parts/timeline/Timeline';
import { KEYS_OFF } from '../../../shell/keys';
import classes from '../Execution.module.css';
import {
  barsOf,
  costsOf,
  graphOf,
  isOver,
  originOf,
  sharesOf,
  splitKey,
  wholes,
  type Defined,
  type Execution,
  type Overlay,
} from './view';
import { OVERLAYS } from '../tabs';
import { useHeat } from './queries';

export function Tasks({
  execution,
  defined,
  expected,
  now,
  selected,
  onSelect,
  overlay,
  onOverlay,
}: {
  execution: Execution;
  defined: readonly Defined[];
  expected: ReadonlyMap<string, number>;
  now: number;
  selected: string | null;
  onSelect: (task: string) => void;
  overlay: Overlay;
  onOverlay: (overlay: Overlay) => void;
}) {
  const { tasks, createdAt, startedAt, status } = execution;
  const heat = useHeat(execution);
  const graph = useMemo(() => graphOf(tasks, defined), [tasks, defined]);
  const shares = useMemo(() => sharesOf(tasks, overlay), [tasks, overlay]);
  const costs = useMemo(() => costsOf(tasks), [tasks]);
  const bars = useMemo(() => barsOf(tasks, defined, expected), [tasks, defined, expected]);
  const origin = originOf(bars, Date.parse(startedAt ?? createdAt));
  const byId = useMemo(() => new Map(wholes(tasks).map((task) => [task.taskId, task])), [tasks]);
  const chosen = selected === null ? null : splitKey(selected).taskId;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        target.closest('input,textarea,select,[contenteditable]') ||
        localStorage.getItem(KEYS_OFF)
      )
        return;
      const wanted = OVERLAYS[Number(event.key) - 1];
      if (wanted) return onOverlay(wanted);
      const step = event.key === ']' ? 1 : event.key === '[' ? -1 : 0;
      const at = graph.findIndex(({ id }) => id === chosen);
      const next = step === 0 ? undefined : graph[at < 0 ? (step > 0 ? 0 : graph.length - 1) : at + step];
      if (next) onSelect(next.id);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [graph, chosen, onSelect, onOverlay]);

  const note = ({ id, modelId, type }: DagTask) => {
    const task = byId.get(id);
    if (!task) return null;
    const again = task.attempt > 1 ? ` · attempt ${task.attempt}` : '';
    const runs =
      task.startedAt !== null && task.completedAt === null ? now - Date.parse(task.startedAt) : null;
    const took = task.durationMs ?? runs;
    switch (overlay) {
      case 'cost':
        return usd(costs.get(id) ?? 0) + again;
      case 'duration':
        return took === null
          ? expected.has(id)
            ? `about ${duration(expected.get(id))}`
            : '–'
          : duration(took) + again;
      case 'thermal':
        return modelId === null ? 'No model' : `${modelId}, waited ${duration(task.queuedMs ?? 0)}`;
      default:
        return (
          (task.error?.code ?? (took === null ? task.status.replaceAll('_', ' ') : duration(took) || type)) +
          again
        );
    }
  };
  return (
    <Card
      title="Tasks"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Laid over the graph"
          value={overlay}
          onChange={(value) => onOverlay(OVERLAYS.find((one) => one === value) ?? 'status')}
          data={OVERLAYS.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }))}
        />
      }
    >
      <Dag
        tasks={graph}
        selected={chosen}
        onSelect={onSelect}
        note={note}
        {...(shares && { shares })}
        label="Tasks of the execution"
      />
      <div className={classes.line} />
      <Timeline
        bars={bars}
        heat={heat}
        origin={origin}
        now={isOver(status) ? Date.parse(execution.completedAt ?? createdAt) : now}
        selected={chosen}
        onSelect={onSelect}
      />
    </Card>
  );
}
