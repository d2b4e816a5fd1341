/** The execution page's view of an execution: pure functions of the API's answers. */
import type { components } from '../../../api/contract';
import type { DagTask } from '../../../parts/dag/layout';
import { isBase64, sizeOfBase64 } from '../../../parts/form/formats/base64';
import { bytes, usd } from '../../../parts/quantities';
import type { Bar } from '../../../parts/timeline/scale';

export type Execution = components['schemas']['Execution'];
export type Task = Execution['tasks'][number];

/** A task as the workflow defines it. */
export type Defined = Pick<
  components['schemas']['WorkflowTask'],
  'taskId' | 'dependsOn' | 'name' | 'type' | 'modelId'
>;

export const isOver = (status: string): boolean =>
  ['succeeded', 'failed', 'cancelled', 'timed_out'].includes(status);

/** The models that ran a task, for each item of a map: what each did, and its cost. */
export function makersOf(
  tasks: readonly Task[],
  taskId: string,
): { modelId: string; items: number; usd: number }[] {
  const items = itemsOf(tasks, taskId);
  const rows = items.length > 0 ? items : wholes(tasks).filter((task) => task.taskId === taskId);
  const made = new Map<string, { modelId: string; items: number; usd: number }>();
  for (const { modelId, costUsd } of rows) {
    if (modelId === null) continue;
    const sofar = made.get(modelId) ?? { modelId, items: 0, usd: 0 };
    made.set(modelId, { ...sofar, items: sofar.items + 1, usd: sofar.usd + Number(costUsd) });
  }
  return [...made.values()].sort((one, other) => other.items - one.items);
}

/** An item of a map is `task:3`. */
export const keyOf = ({ taskId, mapIndex }: Pick<Task, 'taskId' | 'mapIndex'>): string =>
  mapIndex === null ? taskId : `${taskId}:${mapIndex}`;
export function splitKey(key: string): { taskId: string; mapIndex: number | null } {
  const [, taskId = key, index] = /^(.+):(\d+)$/.exec(key) ?? [];
  return { taskId, mapIndex: index === undefined ? null : Number(index) };
}

export const wholes = (tasks: readonly Task[]): Task[] => tasks.filter(({ mapIndex }) => mapIndex === null);
export const itemsOf = (tasks: readonly Task[], taskId: string): Task[] =>
  tasks.filter((task) => task.taskId === taskId && task.mapIndex !== null);

/** It has not begun or waits. A map that has begun is skipped by its items. */
export const canSkip = ({ status, mapIndex }: Pick<Task, 'status' | 'mapIndex'>, items: readonly Task[]) =>
  ['pending', 'ready', 'queued', 'waiting'].includes(status) && (mapIndex !== null || items.length === 0);

export function graphOf(tasks: readonly Task[], defined: readonly Defined[]): DagTask[] {
  const needs = needsOf(defined);
  const counts = new Map<string, number>();
  for (const { taskId, mapIndex } of tasks)
    if (mapIndex !== null) counts.set(taskId, (counts.get(taskId) ?? 0) + 1);
  const busy = busyMaps(tasks);
  return wholes(tasks).map(({ taskId, name, type, modelId, status }) => {
    const count = counts.get(taskId) ?? 0;
    const makers = count > 0 ? makersOf(tasks, taskId).map((maker) => maker.modelId) : [];
    return {
      id: taskId,
      name,
      type,
      modelId: makers.length > 0 ? makers.join(', ') : modelId,
      status: busy.has(taskId) ? 'running' : status,
      dependsOn: needs.get(taskId) ?? [],
      ...(count > 0 && { count }),
    };
  });
}

/** A map runs while one of its items runs. */
const busyMaps = (tasks: readonly Task[]): ReadonlySet<string> =>
  new Set(
    tasks
      .filter(({ mapIndex, status }) => mapIndex !== null && status === 'running')
      .map(({ taskId }) => taskId),
  );

/** These kinds of task do no work while they last. */
const ONLY_WAITS = new Set(['wait', 'approval']);

/** The start of each map's first item. */
function firstItems(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { taskId, mapIndex, startedAt } of tasks)
    if (mapIndex !== null && startedAt !== null)
      first.set(taskId, Math.min(first.get(taskId) ?? Infinity, Date.parse(startedAt)));
  return first;
}

const needsOf = (defined: readonly Defined[]): ReadonlyMap<string, string[]> =>
  new Map(defined.map(({ taskId, dependsOn }) => [taskId, dependsOn]));

/** The total time of each task, including the items of a map. */
export function costsOf(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const costs = new Map<string, number>();
  for (const { taskId, costUsd } of tasks) costs.set(taskId, (costs.get(taskId) ?? 0) + Number(costUsd));
  return costs;
}

export type Overlay = 'status' | 'duration' | 'cost' | 'thermal';

/** Each task's share of the whole; thermal: the share of its own time that a task waited. */
export function sharesOf(tasks: readonly Task[], overlay: Overlay): ReadonlyMap<string, number> | undefined {
  if (overlay === 'status') return undefined;
  const costs = costsOf(tasks);
  const amounts = wholes(tasks).map(({ taskId, durationMs, queuedMs, modelId }) => {
    if (overlay === 'cost') return [taskId, costs.get(taskId) ?? 0] as const;
    if (overlay === 'duration') return [taskId, durationMs ?? 0] as const;
    const waited = modelId === null ? 0 : (queuedMs ?? 0);
    return [taskId, waited / Math.max(1, waited + (durationMs ?? 0))] as const;
  });
  const whole = overlay === 'thermal' ? 1 : amounts.reduce((sum, [, amount]) => sum + amount, 0);
  return new Map(amounts.map(([id, amount]) => [id, whole > 0 ? amount / whole : 0]));
}

export function barsOf(
  tasks: readonly Task[],
  defined: readonly Defined[],
  expected: ReadonlyMap<string, number>,
): Bar[] {
  const needs = needsOf(defined);
  const busy = busyMaps(tasks);
  const first = firstItems(tasks);
  const maps = new Set(tasks.filter(({ mapIndex }) => mapIndex !== null).map(({ taskId }) => taskId));
  return wholes(tasks).map(({ taskId, name, type, status, startedAt, completedAt, queuedMs, durationMs }) => {
    const opened = startedAt === null ? null : Date.parse(startedAt);
    const ended = completedAt === null ? null : Date.parse(completedAt);
    // A map works from its first item on, and a timer never does.
    const began = ONLY_WAITS.has(type) ? null : maps.has(taskId) ? (first.get(taskId) ?? null) : opened;
    const queuedSince = queuedMs === null ? null : (opened ?? ended ?? Number.NaN) - queuedMs;
    const waitedSince = queuedSince === null || Number.isNaN(queuedSince) ? opened : queuedSince;
    return {
      key: taskId,
      name,
      status: busy.has(taskId) ? 'running' : status,
      queuedAt: waitedSince === began ? null : waitedSince,
      startedAt: began,
      endedAt: ended,
      // To the microsecond, as in the graph. A map began before its first item.
      tookMs: maps.has(taskId) ? null : durationMs,
      expectedMs: expected.get(taskId) ?? null,
      dependsOn: needs.get(taskId) ?? [],
    };
  });
}

/** The start of the timeline: the first task that ran, or a timer that ended before. */
export const originOf = (bars: readonly Bar[], begun: number): number =>
  Math.min(
    begun,
    ...bars.flatMap(({ startedAt, queuedAt }) => (startedAt === null && queuedAt !== null ? [queuedAt] : [])),
  );

/** In an address: no task is open, not even a failed one. */
export const CLOSED = 'none';

/** The task to open at first: the chosen one, else a failed one. */
export function openOn(
  execution: Pick<Execution, 'status' | 'tasks'>,
  wanted: string | undefined,
): string | null {
  if (wanted !== undefined && execution.tasks.some(({ taskId }) => taskId === splitKey(wanted).taskId))
    return wanted;
  if (wanted === CLOSED) return null;
  const failed =
    execution.status === 'failed' ? execution.tasks.find(({ status }) => status === 'failed') : undefined;
  return failed ? keyOf(failed) : null;
}

/** What a screen reader announces: the ends of tasks and of the execution, nothing else. */
export function newsBetween(
  before: Pick<Execution, 'status' | 'tasks'>,
  after: Pick<Execution, 'status' | 'tasks'>,
): string[] {
  const was = new Map(wholes(before.tasks).map(({ taskId, status }) => [taskId, status as string]));
  const tasks = wholes(after.tasks).flatMap(({ taskId, name, status }) =>
    status !== was.get(taskId) && ['succeeded', 'failed', 'cancelled', 'skipped'].includes(status)
      ? [`${name} ${status}`]
      : [],
  );
  return before.status !== after.status && isOver(after.status)
    ? [...tasks, `The execution ${after.status.replaceAll('_', ' ')}`]
    : tasks;
}

/** The size of the input: the length of its longest text or list. */
export function sizeOf(parameters: Record<string, unknown>): { name: string; words: string } | null {
  const sized = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' && value.length > 12
      ? [{ name, length: letters(value), of: isSequence(name) ? 'residue' : 'character', value }]
      : Array.isArray(value)
        ? [{ name, length: value.length, of: 'item', value: '' }]
        : [],
  );
  const [most] = sized.sort((one, other) => other.length - one.length);
  if (!most) return null;
  const name = most.name
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()
    .replace(/^./, (first) => first.toUpperCase());
  if (!isSequence(most.name) && isBase64(most.value)) return { name, words: bytes(sizeOfBase64(most.value)) };
  return { name, words: `${most.length.toLocaleString('en-US')} ${most.of}${most.length === 1 ? '' : 's'}` };
}
const isSequence = (name: string) => /sequence|fasta/i.test(name);
/** The letters of a FASTA record, without its header. */
const letters = (text: string) => text.replace(/^>.*$/gm, '').replace(/\s/g, '').length;

/** `$2.63 of about $3.14`. */
export const costWords = ({
  cost,
  status,
}: Pick<Execution, 'cost' | 'status'>): [label: string, now: string, of: string | null] => [
  isOver(status) ? 'Cost' : 'Cost so far',
  usd(cost.actualUsd),
  cost.estimatedUsd === null ? null : usd(cost.estimatedUsd),
];
