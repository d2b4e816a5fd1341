/** The layout of a graph: layers by the longest path, tasks in the given order, broad layers folded into a block. */

export interface DagTask {
  id: string;
  name: string;
  type: string;
  modelId: string | null;
  dependsOn: string[];
  status?: string;
  /** Items of a map. */
  count?: number;
}

export interface Link {
  id: string;
  dependsOn: readonly string[];
}
export interface Box {
  x: number;
  y: number;
  layer: number;
}
export interface Layout {
  boxes: ReadonlyMap<string, Box>;
  edges: readonly {
    from: string;
    to: string;
    path: string;
    /** It closes a cycle, so it cannot be followed. */ back: boolean;
  }[];
  width: number;
  height: number;
}

export const BOX = { width: 208, height: 66 } as const;
const GAP = { layer: 56, down: 36, box: 18, lane: 14, folded: 14 } as const;
/** A layer with more boxes than this gets several rows. */
const FOLD = 12;

/** `down`: from top to bottom, for narrow places. */
export function layout(tasks: readonly Link[], down = false): Layout {
  const layers = layersOf(tasks);
  const along = down ? BOX.height : BOX.width;
  const across = down ? BOX.width : BOX.height;
  const gap = down ? GAP.down : GAP.layer;
  const columns: Column[] = [];
  for (const task of tasks) {
    const layer = layers.get(task.id) as number;
    (columns[layer] ??= { ids: [], lanes: new Set() }).ids.push(task.id);
  }
  const order = new Map(tasks.map(({ id }, at) => [id, at]));
  for (const { id, dependsOn } of tasks) {
    for (const from of dependsOn) {
      for (let layer = (layers.get(from) ?? Infinity) + 1; layer < (layers.get(id) as number); layer += 1)
        columns[layer]?.lanes.add(from);
    }
  }
  const placed = columns.map((column) => arrange(column, order, along, across));
  const widest = Math.max(0, ...placed.map(({ across }) => across));
  const boxes = new Map<string, Box>();
  const lanes = new Map<string, { x: number; y: number; until: number }[]>();
  let start = 0;
  for (const [layer, { spots, lanes: free, along: length, across: breadth }] of placed.entries()) {
    const shift = (widest - breadth) / 2;
    for (const [id, a, b] of spots)
      boxes.set(id, down ? { x: b + shift, y: start + a, layer } : { x: start + a, y: b + shift, layer });
    for (const [id, b] of free) append(lanes, id, { x: start, y: b + shift, until: start + length });
    start += length + gap;
  }
  const edges = tasks.flatMap(({ id: to, dependsOn }) =>
    [...new Set(dependsOn)].flatMap((from) => {
      const a = boxes.get(from);
      const b = boxes.get(to);
      if (!a || !b) return [];
      const first = down ? [a.y + along, a.x + across / 2] : [a.x + along, a.y + across / 2];
      const last = down ? [b.y, b.x + across / 2] : [b.x, b.y + across / 2];
      // A task's lanes begin in the layer after its own and skip no layer.
      const between = (lanes.get(from) ?? []).slice(0, Math.max(0, b.layer - a.layer - 1));
      const points = [
        first,
        ...between.flatMap(({ x, y, until }) => [
          [x, y],
          [until, y],
        ]),
        last,
      ] as [number, number][];
      return [{ from, to, path: curve(points, down), back: b.layer <= a.layer }];
    }),
  );
  const length = Math.max(0, start - gap);
  return { boxes, edges, width: down ? widest : length, height: down ? length : widest };
}

interface Column {
  ids: string[];
  lanes: Set<string>;
}

/** Boxes of one layer side by side, and a free lane for each task whose edges pass through. */
function arrange({ ids, lanes }: Column, order: ReadonlyMap<string, number>, along: number, across: number) {
  const rows =
    ids.length > FOLD ? Math.max(FOLD, Math.ceil(Math.sqrt(ids.length * (along / across)))) : ids.length;
  const folds = Math.max(1, Math.ceil(ids.length / Math.max(1, rows)));
  const placeOf = (id: string) => order.get(id) as number;
  const entries = [
    ...ids.map((id) => ({ id, lane: false, at: placeOf(id) })),
    ...[...lanes].map((id) => ({ id, lane: true, at: placeOf(id) + 0.5 })),
  ].sort((one, other) => Number(folds > 1) * (Number(other.lane) - Number(one.lane)) || one.at - other.at);
  const spots: [id: string, along: number, across: number][] = [];
  const free: [id: string, across: number][] = [];
  let at = 0;
  let row = 0;
  for (const { id, lane } of entries) {
    if (lane) {
      free.push([id, at + GAP.lane / 2]);
      at += GAP.lane + GAP.box;
      continue;
    }
    spots.push([id, (row % folds) * (along + GAP.folded), at]);
    row += 1;
    if (row % folds === 0 || row === ids.length) at += across + GAP.box;
  }
  return {
    spots,
    lanes: free,
    along: folds * (along + GAP.folded) - GAP.folded,
    across: Math.max(0, at - GAP.box),
  };
}

/** The longest path to each task. Tasks in a cycle follow the first of them; missing dependencies are ignored. */
function layersOf(tasks: readonly Link[]): Map<string, number> {
  const known = new Set(tasks.map(({ id }) => id));
  const open = new Map(
    tasks.map(({ id, dependsOn }) => [
      id,
      new Set(dependsOn.filter((from) => known.has(from) && from !== id)),
    ]),
  );
  const dependents = new Map<string, string[]>();
  for (const [id, from] of open) for (const dependency of from) append(dependents, dependency, id);
  const layers = new Map<string, number>();
  const reached = new Map<string, number>();
  const free = [...open].filter(([, waits]) => waits.size === 0).map(([id]) => id);
  for (let next = 0; open.size > 0;) {
    const id = free[next++] ?? open.keys().next().value ?? '';
    if (!open.delete(id)) continue;
    const layer = reached.get(id) ?? 0;
    layers.set(id, layer);
    for (const dependent of dependents.get(id) ?? []) {
      reached.set(dependent, Math.max(reached.get(dependent) ?? 0, layer + 1));
      const waits = open.get(dependent);
      if (waits?.delete(id) && waits.size === 0) free.push(dependent);
    }
  }
  return layers;
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** A smooth line through the points, leaving and arriving in the direction of the graph. */
function curve(points: readonly [along: number, across: number][], down: boolean): string {
  const write = (along: number, across: number) =>
    down ? `${round(across)},${round(along)}` : `${round(along)},${round(across)}`;
  return points
    .map(([along, across], n) => {
      const before = points[n - 1];
      if (!before) return `M${write(along, across)}`;
      const bend = Math.max(18, Math.abs(along - before[0]) / 2);
      return `C${write(before[0] + bend, before[1])} ${write(along - bend, across)} ${write(along, across)}`;
    })
    .join('');
}

const round = (value: number) => Math.round(value * 10) / 10;
