/** Reads schedules by the rights of the caller. */
import { NotFound } from '../../core/errors.js';
import type { Overlap } from '../../core/schedules/tick.js';
import type { TimingFields } from '../../core/schedules/timing.js';
import type { ExecutionStatus } from '../../core/status.js';
import type { JsonObject } from '../../core/json/json.js';
import { cursorOf, newestOf, valuesOf, type Listed, type Newest } from '../db/keyset.js';
import type { Ledger, Session, TenantClaims } from '../db/ledger.js';
import type { Caller } from '../people/identity.js';

/** What each execution is asked for with. */
export interface ScheduledRequest {
  parameters: JsonObject;
  name?: string | undefined;
  priority?: number | undefined;
  tags?: string[] | undefined;
  budgetUsd?: string | undefined;
  webhookUrl?: string | undefined;
}

/** What a user decides about a schedule. */
export interface ScheduleSettings {
  name: string;
  cron: string | null;
  timeZone: string;
  intervalSeconds: number | null;
  request: ScheduledRequest;
  overlap: Overlap;
  catchUpSeconds: number;
  jitterSeconds: number;
}

export interface ScheduleRow extends ScheduleSettings, TimingFields {
  id: string;
  tenantId: string;
  workflowId: string;
  /** E-mail address of the user whose executions it starts. */
  runsAs: string;
  nextAt: Date | null;
  /** Ticks that wait. */
  waiting: number;
  pausedAt: Date | null;
  pausedReason: string | null;
  pausedBy: string | null;
  rowVersion: number;
  createdAt: Date;
  updatedAt: Date;
  /** The last one that it started; null if there was none. */
  lastId: string | null;
  lastStatus: ExecutionStatus | null;
  lastFor: Date | null;
}

const SCHEDULES = `s.id, s.tenant_id, w.workflow_id, s.name, u.email as runs_as, s.cron, s.time_zone, s.interval_seconds, s.counted_from,
    s.request, s.overlap, s.catch_up_seconds, s.jitter_seconds, s.next_at, s.waiting, s.paused_at, s.paused_reason, s.paused_by,
    s.row_version, s.created_at, s.updated_at, l.id as last_id, l.status as last_status, l.scheduled_for as last_for
  from schedules s
  join workflow_definitions w on w.id = s.workflow_id
  join users u on u.id = s.user_id
  left join lateral (
    select e.id, e.status, e.scheduled_for
    from schedule_ticks t join workflow_executions e on e.id = t.workflow_execution_id
    where t.schedule_id = s.id and t.workflow_execution_id is not null
    order by t.id desc limit 1
  ) l on true
  where s.deleted_at is null`;

export interface ScheduleFilters {
  workflowId?: string | undefined;
  paused?: boolean | undefined;
}

/** A page, newest first: of the caller's tenant, or of all tenants for administrators. */
export function listSchedules(
  ledger: Ledger,
  caller: Caller,
  { workflowId, paused }: ScheduleFilters,
  page: Newest,
): Promise<Listed<ScheduleRow>[]> {
  const read = (session: Session) =>
    session.query<Listed<ScheduleRow>>(
      `select ${cursorOf('s')}, ${SCHEDULES}
         and ($1::text is null or s.workflow_id = (select id from workflow_definitions where workflow_id = $1))
         and ($2::boolean is null or (s.paused_at is not null) = $2)
         ${newestOf('s', 3)}`,
      [workflowId ?? null, paused ?? null, ...valuesOf(page)],
    );
  return caller.administratorId === null ? ledger.within(caller, read) : read(ledger);
}

/** The claims for reading a schedule: the caller's own, or, for administrators, those of its tenant. @throws NotFound */
export async function claimsOnSchedule(ledger: Ledger, caller: Caller, id: string): Promise<TenantClaims> {
  const { tenantId, userId } = caller;
  if (caller.administratorId === null) return { tenantId, userId };
  const [found] = await ledger.query<{ tenantId: string }>('select tenant_id from schedules where id = $1', [
    id,
  ]);
  if (!found) throw new NotFound('schedule', id);
  return { tenantId: found.tenantId, userId };
}

/** @throws NotFound */
export async function findSchedule(ledger: Ledger, claims: TenantClaims, id: string): Promise<ScheduleRow> {
  const [row] = await ledger.within(claims, (session) =>
    session.query<ScheduleRow>(`select ${SCHEDULES} and s.id = $1`, [id]),
  );
  if (!row) throw new NotFound('schedule', id);
  return row;
}
