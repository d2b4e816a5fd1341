/** The shapes of schedules and their ticks in the API contract. */
import { z } from 'zod';
import {
  nextTicks,
  cronFault,
  LONGEST_CRON,
  LONGEST_ZONE,
  SHOWN_AHEAD,
  timeZoneFault,
  timingOf,
} from '../../core/schedules/timing.js';
import { MOST_WAITING, OVERLAPS, TICK_STATES } from '../../core/schedules/tick.js';
import { counted, ranged } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import type { ScheduleRow } from '../../store/schedules/schedules.js';
import type { TickRow } from '../../store/schedules/ticks.js';
import { newExecution } from '../executions/accept.js';
import { executionStatus } from '../executions/execution-shape.js';
import { at } from '../http/shapes.js';

const without = (fault: (text: string) => string | null) => (text: string, context: z.RefinementCtx) => {
  const message = fault(text);
  if (message !== null) context.addIssue({ code: 'custom', message });
};

const timingFields = {
  cron: z
    .string()
    .max(LONGEST_CRON)
    .superRefine(without(cronFault))
    .meta({
      description:
        'Minute, hour, day of month, month, day of week; or `@daily` and the like. Times that a change to summer time skips tick once, when the clock has changed; times that occur twice tick the first time.',
    })
    .nullable()
    .default(null),
  timeZone: z
    .string()
    .max(LONGEST_ZONE)
    .superRefine(without(timeZoneFault))
    .meta({ description: 'Of the IANA database. For a cron expression.' })
    .default('UTC'),
  intervalSeconds: ranged(RANGES.interval)
    .meta({
      description: 'Instead of a cron expression, in seconds. Counted from when the schedule was made.',
    })
    .nullable()
    .default(null),
};
const oneTiming = (
  { cron, intervalSeconds }: { cron: string | null; intervalSeconds: number | null },
  context: z.RefinementCtx,
): void => {
  if ((cron === null) === (intervalSeconds === null))
    context.addIssue({
      code: 'custom',
      path: ['cron'],
      message: 'either this or intervalSeconds is needed, and not both',
    });
};
/** The same in the query of a URL. */
export const timing = z
  .strictObject({ ...timingFields, intervalSeconds: counted(RANGES.interval).nullable().default(null) })
  .superRefine(oneTiming);

const requestShape = newExecution.omit({ deadline: true, quoteId: true });
const fields = {
  name: z.string().trim().min(1).max(100),
  ...timingFields,
  request: requestShape.meta({
    description: 'What each execution is created with, as in a request for one.',
  }),
  overlap: z
    .enum(OVERLAPS)
    .meta({
      description: `At a tick, while an execution of the schedule has not ended: start another, skip the tick, let up to ${MOST_WAITING} ticks wait in order, or cancel the other.`,
    })
    .default('skip'),
  catchUpSeconds: ranged(RANGES.catchUp)
    .meta({
      description: 'In seconds. A tick that is overdue for longer, because no scheduler ran, is missed.',
    })
    .default(3_600),
  jitterSeconds: ranged(RANGES.jitter)
    .meta({ description: 'In seconds. Each tick is delayed by its own part of it.' })
    .default(0),
};
export const settings = z.strictObject(fields).superRefine(oneTiming);
export const newSchedule = z
  .strictObject({ workflowId: z.string().max(100), ...fields })
  .superRefine(oneTiming);

const summaryFields = {
  id: z.uuid(),
  tenantId: z.uuid(),
  workflowId: z.string(),
  name: z.string(),
  cron: z.string().nullable(),
  timeZone: z.string(),
  intervalSeconds: z.int().nullable(),
  /** Null for callers who may not see payloads. */
  request: requestShape.nullable(),
  overlap: z.enum(OVERLAPS),
  catchUpSeconds: z.int(),
  jitterSeconds: z.int(),
  /** The user whose executions it starts: who created, changed or resumed it last. */
  runsAs: z.string(),
  /** Its next tick; null while it is paused. */
  nextAt: at.nullable(),
  /** Ticks that wait for the executions before them. */
  waiting: z.int(),
  paused: z
    .strictObject({
      at,
      reason: z.string(),
      /** Null if Radiant paused it, because it could start nothing any more. */
      by: z.string().nullable(),
    })
    .nullable(),
  lastExecution: z.strictObject({ id: z.uuid(), status: executionStatus, scheduledFor: at }).nullable(),
  rowVersion: z.int(),
  createdAt: at,
  updatedAt: at,
};
export const summary = z.strictObject(summaryFields).meta({ id: 'ScheduleSummary' });
export const schedule = z
  .strictObject({
    ...summaryFields,
    /** Its next ticks, before any jitter. */
    nextTimes: z.array(at).max(SHOWN_AHEAD),
  })
  .meta({ id: 'Schedule' });

export function showSummary(row: ScheduleRow, withPayload: boolean) {
  const { pausedAt, pausedReason, pausedBy, lastId, lastStatus, lastFor, countedFrom: _, ...shown } = row;
  return {
    ...shown,
    request: withPayload ? row.request : null,
    paused: pausedAt && { at: pausedAt, reason: pausedReason, by: pausedBy },
    lastExecution: lastId === null ? null : { id: lastId, status: lastStatus, scheduledFor: lastFor },
  };
}

export function showSchedule(row: ScheduleRow, withPayload: boolean) {
  const { nextAt } = row;
  const nextTimes = nextAt === null ? [] : [nextAt, ...nextTicks(timingOf(row), nextAt, SHOWN_AHEAD - 1)];
  return { ...showSummary(row, withPayload), nextTimes };
}

export const tickState = z.enum(TICK_STATES);
export const tick = z
  .strictObject({
    id: z.string(),
    at,
    /** Missed ticks in a row share an entry: how many there are, and the last of them. */
    times: z.int(),
    lastAt: at.nullable(),
    state: tickState,
    /** A user ran it. */
    manual: z.boolean(),
    /** Why it was skipped or refused. A refusal has the code and the text that a request would have been answered with. */
    code: z.string().nullable(),
    message: z.string().nullable(),
    execution: z.strictObject({ id: z.uuid(), status: executionStatus }).nullable(),
    decidedAt: at,
  })
  .meta({ id: 'ScheduleTick' });

const EXPLAINED: Partial<Record<TickRow['state'], string>> = {
  waiting: 'Waiting for the executions before it to end.',
  missed: 'No scheduler ran in time, and the catch-up window was over.',
};

export function showTick({ id, executionId, executionStatus: status, ...row }: TickRow) {
  return {
    ...row,
    id: String(id),
    message: row.message ?? EXPLAINED[row.state] ?? null,
    execution: executionId === null ? null : { id: executionId, status },
  };
}
