/** The list of executions: its filters in the shape that the API takes, and which rows are new. */
import type { components } from '../../../api/contract';
import { isOver } from '../detail/view';

export type Summary = components['schemas']['ExecutionSummary'];

/** As in the address of the page: texts, that `queryOf` turns into what the API takes. */
export type Filter = Partial<
  Record<'status' | 'workflowId' | 'modelId' | 'tag' | 'from' | 'to' | 'q', string>
>;

/** The states that executions have. */
export const STATUSES = [
  'pending',
  'running',
  'paused',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** Days are whole and in UTC. Values that the API would refuse are left out. */
export function queryOf({ status, from, to, ...others }: Filter) {
  const known = STATUSES.find((one) => one === status);
  const moment = (day: string | undefined, later: number) => {
    const at = day !== undefined && DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
    return Number.isNaN(at) ? undefined : new Date(at + later).toISOString();
  };
  const since = moment(from, 0);
  const until = moment(to, DAY_MS);
  return {
    ...others,
    ...(known && { status: known }),
    ...(since && { from: since }),
    ...(until && { to: until }),
  };
}

export const isFiltered = (filter: Filter): boolean => Object.keys(filter).length > 0;

export const reasonOf = ({ waiting, status }: Pick<Summary, 'waiting' | 'status'>): string | null =>
  isOver(status) || !waiting ? null : waiting.reason;

/** The newest rows, followed by the former rows that are older than all of them. */
export function renewed(
  { items, nextCursor }: { items: readonly Summary[]; nextCursor: string | null },
  before: readonly Summary[],
): readonly Summary[] {
  const last = items.at(-1);
  if (!last || nextCursor === null) return items;
  const ids = new Set(items.map(({ id }) => id));
  return [...items, ...before.filter(({ id, createdAt }) => createdAt <= last.createdAt && !ids.has(id))];
}

/** No row moves under the pointer: new executions are only counted. */
export function split(
  rows: readonly Summary[],
  seen: string | null,
): { shown: readonly Summary[]; fresh: number } {
  const shown = seen === null ? rows : rows.filter(({ createdAt }) => createdAt <= seen);
  return { shown, fresh: rows.length - shown.length };
}

/** The chosen rows that an action applies to. */
export const liveOf = (rows: readonly Summary[]): Summary[] => rows.filter(({ status }) => !isOver(status));
export const doneOf = (rows: readonly Summary[]): Summary[] => rows.filter(({ status }) => isOver(status));
