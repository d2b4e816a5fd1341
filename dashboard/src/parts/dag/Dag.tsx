/** A workflow as a graph: an ordered list of buttons with lines behind it. It can be panned, zoomed and searched. */
import { ActionIcon, TextInput } from '@mantine/core';
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react';
import { useElementSize } from '@mantine/hooks';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { plural } from '../quantities';
import classes from './Dag.module.css';
import { Edges } from './Edges';
import { DagOverview } from './DagOverview';
import { BOX, layout, type DagTask, type Link } from './layout';
import { Node } from './Node';
import { useCamera } from './useCamera';

export interface DagProps {
  tasks: readonly DagTask[];
  selected: string | null;
  onSelect: (id: string) => void;
  /** Each task's share of the whole, 0 to 1. It fills the box. */
  shares?: ReadonlyMap<string, number>;
  note?: (task: DagTask) => React.ReactNode;
  label?: string;
}

/** If names would be smaller than this, the graph goes downwards, if it fits that way. */
const LEGIBLE = 0.75;
/** The downward layout is for telephones, which are held nearer. */
const NEAR = 0.62;
/** Up to this number, all boxes are rendered; of more, only the visible ones. */
const FEW = 150;
/** The search appears with more tasks than this. */
const MANY = 12;
const TALLEST = 520;

export function Dag({ tasks, selected, onSelect, shares, note, label = 'Tasks' }: DagProps) {
  const { ref: frame, width } = useElementSize();
  const shape = useMemo(() => JSON.stringify(tasks.map(({ id, dependsOn }) => ({ id, dependsOn }))), [tasks]);
  const links = useMemo(() => JSON.parse(shape) as Link[], [shape]);
  const across = useMemo(() => layout(links), [links]);
  const isCrowd = tasks.length > FEW;
  const isTooBroad = width > 0 && !isCrowd && across.width * LEGIBLE + 40 > width;
  const down = useMemo(() => (isTooBroad ? layout(links, true) : null), [isTooBroad, links]);
  const isDown = down !== null && down.width * NEAR + 40 <= width && down.height * NEAR + 40 <= TALLEST;
  const graph = isDown ? down : across;
  const least = isDown ? NEAR : LEGIBLE;
  const scale = Math.min(1, Math.max(least, (width - 40) / Math.max(1, graph.width)));
  const height = Math.min(TALLEST, Math.max(96, graph.height * scale + 40));
  const camera = useCamera(graph, { width, height, least });
  // The same function for the life of the component, so that a new listener does not redraw the boxes.
  const listener = useRef(onSelect);
  useEffect(() => void (listener.current = onSelect));
  const select = useCallback((id: string) => listener.current(id), []);
  const [wanted, setWanted] = useState('');
  const find = wanted.trim().toLowerCase();
  const found = useMemo(
    () =>
      find === ''
        ? []
        : tasks.filter(
            ({ id, name }) => name.toLowerCase().includes(find) || id.toLowerCase().includes(find),
          ),
    [tasks, find],
  );
  const foundIds = useMemo(() => new Set(found.map(({ id }) => id)), [found]);

  const box = selected === null ? undefined : graph.boxes.get(selected);
  const { reveal } = camera;
  useEffect(() => {
    if (box) reveal(box);
  }, [box, reveal]);

  const { x, y, right, bottom } = camera.sight;
  const visible = !isCrowd
    ? tasks
    : tasks.filter(({ id }) => {
        if (camera.isFar) return id === selected || foundIds.has(id);
        const at = graph.boxes.get(id);
        return (
          id === selected ||
          (at && at.x < right && at.x + BOX.width > x && at.y < bottom && at.y + BOX.height > y)
        );
      });
  const next = () => {
    const at = found.findIndex(({ id }) => id === selected);
    const task = found[(at + 1) % Math.max(1, found.length)];
    if (task) select(task.id);
  };

  return (
    <div className={classes.frame} ref={frame}>
      {tasks.length > MANY && (
        <div className={classes.find}>
          <TextInput
            size="xs"
            placeholder="Find a task"
            aria-label="Find a task"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && next()}
          />
          <span className="faint" role="status">
            {find === '' ? plural(tasks.length, 'task') : `${found.length} found`}
          </span>
        </div>
      )}
      <div className={classes.view} ref={camera.view} style={{ height }}>
        <div
          className={classes.world}
          ref={camera.world}
          style={{ width: graph.width, height: graph.height }}
        >
          <Edges graph={graph} tasks={tasks} selected={selected} />
          {isCrowd && camera.isFar && <DagOverview graph={graph} tasks={tasks} onSelect={select} />}
          <ol className={classes.list} aria-label={label}>
            {visible.map((task) => {
              const at = graph.boxes.get(task.id);
              return (
                at && (
                  <Node
                    key={task.id}
                    task={task}
                    box={at}
                    isSelected={task.id === selected}
                    isFound={foundIds.has(task.id)}
                    isFar={camera.isFar && isCrowd}
                    share={shares?.get(task.id)}
                    note={note?.(task)}
                    onSelect={select}
                  />
                )
              );
            })}
          </ol>
        </div>
      </div>
      {(camera.isMoved || tasks.length > MANY) && (
        <div className={classes.tools}>
          <ActionIcon variant="default" aria-label="Zoom in" onClick={camera.closer}>
            <IconPlus size={15} />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Zoom out" onClick={camera.farther}>
            <IconMinus size={15} />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Fit the whole graph" onClick={camera.fit}>
            <IconFocusCentered size={15} />
          </ActionIcon>
        </div>
      )}
    </div>
  );
}
