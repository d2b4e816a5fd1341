/** Changes schedules, for users and for a scheduler that can start nothing any more. */
import { randomUUID } from 'node:crypto';
import { Conflict, NotFound } from '../../core/errors.js';
import { dueAt } from '../../core/schedules/tick.js';
import { ticksOf, timingOf, type TimingFields } from '../../core/schedules/timing.js';
import { ledgerNow } from '../db/clock.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';
import type { Caller } from '../people/identity.js';
import type { ScheduleSettings } from './schedules.js';

/** Of one tenant. */
export const MOST_SCHEDULES = 100;

/** @returns its id. @throws Conflict `name_taken`, `too_many_schedules` */
export async function createSchedule(
  ledger: Ledger,
  caller: Caller,
  { workflowUuid, ...settings }: ScheduleSettings & { workflowUuid: string },
  actor: Actor,
): Promise<string> {
  const { tenantId, userId } = caller;
  const id = randomUUID();
  await ledger.as(actor, async (session) => {
    // Requests of a tenant take turns, so that the count holds.
    await session.query('select from tenants where id = $1 for no key update', [tenantId]);
    const [found] = await session.query<{ count: number }>(
      'select count(*) from schedules where tenant_id = $1 and deleted_at is null',
      [tenantId],
    );
    if (found && found.count >= MOST_SCHEDULES)
      throw new Conflict(
        'too_many_schedules',
        `A tenant has at most ${MOST_SCHEDULES} schedules: delete one that is no longer needed.`,
      );
    const countedFrom = await ledgerNow(session);
    const made = await session.query(
      `insert into schedules (id, tenant_id, user_id, workflow_id, name, cron, time_zone, interval_seconds, request, overlap,
         catch_up_seconds, jitter_seconds, counted_from, next_at, due_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       on conflict (tenant_id, name) where deleted_at is null do nothing returning id`,
      [
        id,
        tenantId,
        userId,
        workflowUuid,
        ...valuesIn(settings),
        countedFrom,
        ...firstTick(id, { ...settings, countedFrom }, countedFrom),
      ],
    );
    if (made.length === 0) throw taken(settings.name);
  });
  return id;
}

const valuesIn = (settings: ScheduleSettings): unknown[] => [
  settings.name,
  settings.cron,
  settings.timeZone,
  settings.intervalSeconds,
  JSON.stringify(settings.request),
  settings.overlap,
  settings.catchUpSeconds,
  settings.jitterSeconds,
];

/** When it ticks next, and when that is carried out. */
function firstTick(
  id: string,
  settings: TimingFields & Pick<ScheduleSettings, 'jitterSeconds'>,
  after: Date,
): [nextAt: Date | null, dueAt: Date | null] {
  const next = ticksOf(timingOf(settings))(after);
  return [next, next && dueAt({ id, ...settings }, next)];
}

const taken = (name: string): Conflict =>
  new Conflict('name_taken', `There is a schedule ${name} already: choose another name.`);

interface Locked extends ScheduleSettings, TimingFields {
  nextAt: Date | null;
  waiting: number;
  pausedAt: Date | null;
  rowVersion: number;
}

/** @throws NotFound, Conflict `stale_version` */
export async function lockSchedule(
  session: Session,
  tenantId: string,
  { id, expectedVersion }: { id: string; expectedVersion: number },
): Promise<Locked> {
  const row = await lock(session, tenantId, id);
  if (row.rowVersion === expectedVersion) return row;
  throw new Conflict(
    'stale_version',
    `Schedule ${id} has changed: read it again, and repeat what you want to do.`,
  );
}

/** @throws NotFound */
async function lock(session: Session, tenantId: string, id: string): Promise<Locked> {
  const [row] = await session.query<Locked>(
    `select name, cron, time_zone, interval_seconds, counted_from, request, overlap, catch_up_seconds, jitter_seconds, next_at,
       waiting, paused_at, row_version
     from schedules where id = $1 and tenant_id = $2 and deleted_at is null for no key update`,
    [id, tenantId],
  );
  if (!row) throw new NotFound('schedule', id);
  return row;
}

/**
 * Its executions are the caller's from now on. With another timing it begins anew: ticks that are overdue are dropped.
 *
 * @throws NotFound, Conflict `name_taken`, `stale_version`
 */
export async function changeSchedule(
  ledger: Ledger,
  caller: Caller,
  { id, expectedVersion }: { id: string; expectedVersion: number },
  settings: ScheduleSettings,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const before = await lockSchedule(session, caller.tenantId, { id, expectedVersion });
    const [other] = await session.query(
      'select from schedules where tenant_id = $1 and name = $2 and id <> $3 and deleted_at is null',
      [caller.tenantId, settings.name, id],
    );
    if (other) throw taken(settings.name);
    const now = await ledgerNow(session);
    const isAnew =
      before.cron !== settings.cron ||
      before.timeZone !== settings.timeZone ||
      before.intervalSeconds !== settings.intervalSeconds;
    const countedFrom = isAnew ? now : before.countedFrom;
    const [nextAt, due] =
      before.pausedAt !== null
        ? [null, null]
        : isAnew || before.nextAt === null
          ? firstTick(id, { ...settings, countedFrom }, now)
          : [before.nextAt, dueAt({ id, ...settings }, before.nextAt)];
    await session.query(
      `update schedules set name = $2, cron = $3, time_zone = $4, interval_seconds = $5, request = $6, overlap = $7,
         catch_up_seconds = $8, jitter_seconds = $9, counted_from = $10, next_at = $11, due_at = $12, user_id = $13,
         row_version = row_version + 1, updated_at = ledger_now()
       where id = $1`,
      [id, ...valuesIn(settings), countedFrom, nextAt, due, caller.userId],
    );
  });
}

/** Nothing is started until it is resumed. A second pause changes the reason. @throws NotFound */
export async function pauseSchedule(
  ledger: Ledger,
  tenantId: string,
  { id, reason }: { id: string; reason: string },
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    await lock(session, tenantId, id);
    await session.query(PAUSE, [id, reason]);
  });
}

/** Of a schedule that is locked. */
export const PAUSE = `update schedules set paused_at = ledger_now(), paused_reason = $2, paused_by = actor_name(tenant_id), next_at = null,
    due_at = null, row_version = row_version + 1, updated_at = ledger_now()
  where id = $1`;

/**
 * It ticks again from now on: what it would have started meanwhile is not made up for. Ticks that wait go on.
 * Its executions are the caller's from now on.
 *
 * @throws NotFound, Conflict `not_paused`
 */
export async function resumeSchedule(
  ledger: Ledger,
  caller: Caller,
  id: string,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const before = await lock(session, caller.tenantId, id);
    if (before.pausedAt === null)
      throw new Conflict('not_paused', `Schedule ${id} is not paused: there is nothing to resume.`);
    const [nextAt, due] = firstTick(id, before, await ledgerNow(session));
    await session.query(
      `update schedules set paused_at = null, paused_reason = null, paused_by = null, next_at = $2, due_at = $3, user_id = $4,
         row_version = row_version + 1, updated_at = ledger_now()
       where id = $1`,
      [id, nextAt, due, caller.userId],
    );
  });
}

/** Its executions stay, and so does its name in them. Ticks that wait are never started. @throws NotFound */
export async function deleteSchedule(
  ledger: Ledger,
  tenantId: string,
  id: string,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    await lock(session, tenantId, id);
    await session.query(
      `update schedules set deleted_at = ledger_now(), next_at = null, due_at = null, waiting = 0, updated_at = ledger_now()
       where id = $1`,
      [id],
    );
    await session.query(
      `update schedule_ticks set state = 'skipped', code = 'deleted', message = 'The schedule was deleted.'
       where schedule_id = $1 and state = 'waiting'`,
      [id],
    );
  });
}
