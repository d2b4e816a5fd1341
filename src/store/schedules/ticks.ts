/** The ticks of schedules: which are due, what became of each, and what it started. A tick is decided once. */
import type { Due, Overlap, TickDecision, TickState } from '../../core/schedules/tick.js';
import { dueAt } from '../../core/schedules/tick.js';
import type { TimingFields } from '../../core/schedules/timing.js';
import type { Ledger, Session, Statement, TenantClaims } from '../db/ledger.js';
import { cancelLive } from '../executions/control.js';
import { insertExecutions } from '../executions/insert.js';
import type { NewExecution } from '../executions/new-execution.js';
import { PAUSE } from './schedule-changes.js';
import type { ScheduledRequest } from './schedules.js';

/** When there is something to do: at once for a tick that waits and may start, else when the first tick is due. */
export async function readNext(
  session: Session,
): Promise<{ now: Date; dueAt: Date | null; isFree: boolean }> {
  const [row] = await session.query<{ now: Date; dueAt: Date | null; isFree: boolean }>(READ_NEXT);
  return row as { now: Date; dueAt: Date | null; isFree: boolean };
}

/** As the index of the executions of schedules has it. */
function isLive(alias: string): string {
  return `(${alias}.completed_at is null)::integer = 1`;
}

/** A schedule with ticks that wait for no execution any more. Only schedules with such ticks are read. */
const FREE = `s.waiting > 0 and s.paused_at is null and s.deleted_at is null and (
    select true from workflow_executions e where e.schedule_id = s.id and ${isLive('e')} limit 1) is null`;

const READ_NEXT: Statement = {
  name: 'read_next_tick',
  text: `select ledger_now() as now,
       (select due_at from schedules where due_at is not null order by due_at limit 1) as due_at,
       exists (select from schedules s where ${FREE}) as is_free`,
};

export interface DueSchedule extends TimingFields {
  id: string;
  tenantId: string;
  userId: string;
  workflowId: string;
  request: ScheduledRequest;
  overlap: Overlap;
  catchUpSeconds: number;
  jitterSeconds: number;
  waiting: number;
  now: Date;
}

/** Columns of the locked row itself: a join would read them as they were before the lock. */
const COLUMNS = `s.id, s.tenant_id, s.user_id, (select w.workflow_id from workflow_definitions w where w.id = s.workflow_id) as workflow_id,
    s.cron, s.time_zone, s.interval_seconds, s.counted_from, s.request, s.overlap, s.catch_up_seconds, s.jitter_seconds, s.next_at,
    s.waiting, ledger_now() as now`;

/**
 * Locks the schedule that has been due for longest; others leave it out. Null if there is none.
 *
 * @param except schedules that this process has tried in vain
 */
export async function lockDue(
  session: Session,
  except: readonly string[],
): Promise<(DueSchedule & { nextAt: Date }) | null> {
  const [row] = await session.query<DueSchedule & { nextAt: Date }>(LOCK_DUE, [except]);
  return row ?? null;
}

const LOCK_DUE: Statement = {
  name: 'lock_due_schedule',
  text: `select ${COLUMNS} from schedules s
     where s.due_at <= (select ledger_now()) and s.id <> all ($1::uuid[])
     order by s.due_at limit 1 for no key update of s skip locked`,
};

/** Locks a schedule whose oldest waiting tick may start, with that tick. */
export async function lockFree(
  session: Session,
  except: readonly string[],
): Promise<{ schedule: DueSchedule; waiting: WaitingTick } | null> {
  const [schedule] = await session.query<DueSchedule>(LOCK_FREE, [except]);
  if (!schedule) return null;
  const [waiting] = await session.query<WaitingTick>(OLDEST_WAITING, [schedule.id]);
  return waiting ? { schedule, waiting } : null;
}

export interface WaitingTick {
  id: number;
  at: Date;
}

const LOCK_FREE: Statement = {
  name: 'lock_free_schedule',
  text: `select ${COLUMNS} from schedules s where ${FREE} and s.id <> all ($1::uuid[])
     order by s.id limit 1 for no key update of s skip locked`,
};
const OLDEST_WAITING: Statement = {
  name: 'oldest_waiting_tick',
  text: `select id, tick_at as at from schedule_ticks where schedule_id = $1 and state = 'waiting'
     order by schedule_id, id limit 1`,
};

/** The live executions of a schedule that is locked, in the order in which executions are locked. */
export const liveOf = async (session: Session, scheduleId: string): Promise<string[]> =>
  (await session.query<{ id: string }>(LIVE, [scheduleId])).map(({ id }) => id);

const LIVE: Statement = {
  name: 'live_of_schedule',
  text: `select e.id from workflow_executions e where e.schedule_id = $1 and ${isLive('e')} order by e.id`,
};

/** Starts the execution of a tick, in the place of others if so decided. @throws Refused `budget_exceeded` */
export async function startExecution(
  session: Session,
  request: NewExecution,
  cancelled: readonly string[],
): Promise<string> {
  for (const id of cancelled) await cancelLive(session, request.tenantId, id);
  return (await insertExecutions(session, request)).id;
}

/** What became of a tick. */
export type Outcome =
  | { state: 'started'; executionId: string }
  | { state: 'waiting' }
  | { state: 'skipped' | 'refused'; code: string; message: string };

export const outcomeOf = (decision: Exclude<TickDecision, { kind: 'start' }>): Outcome =>
  decision.kind === 'wait' ? { state: 'waiting' } : { ...decision, state: 'skipped' };

type OfTick = Pick<DueSchedule, 'id' | 'tenantId'>;

/** @returns the id of its row. @throws an error of PostgreSQL if the tick was decided before */
export async function recordTick(
  session: Session,
  { id, tenantId }: OfTick,
  at: Date,
  outcome: Outcome,
  manual = false,
): Promise<number> {
  const [row] = await session.query<{ id: number }>(
    `insert into schedule_ticks (schedule_id, tenant_id, tick_at, manual, state, workflow_execution_id, code, message)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [id, tenantId, at, manual, ...valuesOf(outcome)],
  );
  if (outcome.state === 'waiting')
    await session.query('update schedules set waiting = waiting + 1 where id = $1', [id]);
  return (row as { id: number }).id;
}

const valuesOf = (outcome: Outcome): unknown[] => [
  outcome.state,
  'executionId' in outcome ? outcome.executionId : null,
  'code' in outcome ? outcome.code : null,
  'code' in outcome ? outcome.message : null,
];

/** A tick that has waited. */
export async function endWaiting(
  session: Session,
  { id }: OfTick,
  tick: WaitingTick,
  outcome: Exclude<Outcome, { state: 'waiting' }>,
): Promise<void> {
  await session.query(
    `update schedule_ticks set state = $2, workflow_execution_id = $3, code = $4, message = $5, decided_at = ledger_now()
     where id = $1`,
    [tick.id, ...valuesOf(outcome)],
  );
  await session.query('update schedules set waiting = waiting - 1 where id = $1', [id]);
}

/** Missed ticks that follow one another share a row, however many there are. */
export async function recordMissed(
  session: Session,
  { id, tenantId }: OfTick,
  { at, lastAt, times }: Extract<Due, { kind: 'missed' }>,
): Promise<void> {
  const extended = await session.query(
    `update schedule_ticks set times = times + $3, last_at = $2, decided_at = ledger_now()
     where state = 'missed' and id = (
       select id from schedule_ticks where tenant_id = $4 and schedule_id = $1 order by tenant_id desc, schedule_id desc, id desc limit 1)
     returning id`,
    [id, lastAt, times, tenantId],
  );
  if (extended.length > 0) return;
  await session.query(
    `insert into schedule_ticks (schedule_id, tenant_id, tick_at, state, times, last_at) values ($1, $2, $3, 'missed', $4, $5)`,
    [id, tenantId, at, times, lastAt],
  );
}

/** The schedule has decided all ticks before `next`. */
export async function moveOn(
  session: Session,
  schedule: Pick<DueSchedule, 'id' | 'jitterSeconds'>,
  next: Date | null,
): Promise<void> {
  await session.query('update schedules set next_at = $2, due_at = $3 where id = $1', [
    schedule.id,
    next,
    next && dueAt(schedule, next),
  ]);
}

/** Pauses a schedule that is locked, because none of its ticks could be started. */
export async function giveUp(session: Session, id: string, reason: string): Promise<void> {
  await session.query(PAUSE, [id, reason]);
}

export interface TickRow {
  id: number;
  at: Date;
  lastAt: Date | null;
  times: number;
  state: TickState;
  manual: boolean;
  code: string | null;
  message: string | null;
  executionId: string | null;
  executionStatus: string | null;
  decidedAt: Date;
}

const TICKS = `select t.id, t.tick_at as at, t.last_at, t.times, t.state, t.manual, t.code, t.message, t.workflow_execution_id as execution_id,
    e.status as execution_status, t.decided_at
  from schedule_ticks t left join workflow_executions e on e.id = t.workflow_execution_id`;

export async function findTick(session: Session, id: number): Promise<TickRow> {
  const [row] = await session.query<TickRow>(`${TICKS} where t.id = $1`, [id]);
  return row as TickRow;
}

/** The ticks of a schedule, newest first. */
export const listTicks = (
  ledger: Ledger,
  claims: TenantClaims,
  wanted: { scheduleId: string; state: TickState | null; before: number | null; limit: number },
): Promise<TickRow[]> =>
  ledger.within(claims, (session) =>
    session.query<TickRow>(
      `${TICKS} where t.tenant_id = $1 and t.schedule_id = $2 and ($3::text is null or t.state = $3) and ($4::bigint is null or t.id < $4)
       order by t.tenant_id desc, t.schedule_id desc, t.id desc limit $5`,
      [claims.tenantId, wanted.scheduleId, wanted.state, wanted.before, wanted.limit],
    ),
  );
