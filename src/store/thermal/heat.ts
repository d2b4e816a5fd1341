/** The thermal state of each model, the lease of the service that manages it, and its usable slots. */
import type { Heat } from '../../core/status.js';
import { ofModel } from '../db/by-key.js';
import { MAY_BEGIN } from '../executions/may-begin.js';
import type { Actor, Ledger, Session, Statement } from '../db/ledger.js';

export interface HeatRow {
  modelUuid: string;
  modelId: string;
  enabled: boolean;
  status: string;
  heat: Heat;
  /** Since when; null if it never changed. */
  since: Date | null;
  wantedInstances: number;
  servingInstances: number;
  /** Instances that bill, as reported by the provider. */
  billedInstances: number;
  hourlyRate: string;
  usableSlots: number;
  slots: number;
  slotsTaken: number;
  /** Of those taken: held for attempts with an unknown outcome, because the endpoint may still work on them. */
  slotsDoubted: number;
  /** When the first of those is free. */
  doubtUntil: Date | null;
  desired: 'auto' | 'on' | 'off';
  pinReason: string | null;
  pinUntil: Date | null;
  /** Why the brakes are set, for all models; null: they are not. */
  scaleInPaused: string | null;
  scaleOutPaused: string | null;
  scaleOutUntil: Date | null;
  /** It drains for another deployment, or is changing to it. */
  renewing: boolean;
  warmingSince: Date | null;
  idleSince: Date | null;
  surplusSince: Date | null;
  failure: string | null;
  /** Since when the provider cannot be reached; `failure` says why. Null: it can. */
  unseenSince: Date | null;
  failures: number;
  retryAt: Date | null;
  /** The reason of the last decision; null if it has none. */
  why: string | null;
  /** Measured, once there are enough warm-ups; else published by the model. */
  warmupSeconds: number;
  /** Number of measured warm-ups. */
  warmups: number;
  /** The first forecast need. */
  nextNeed: { at: string; uncertaintySeconds: number; executionId: string; taskId: string } | null;
  /** When the dead man (the provider's own scheduled scale-in) must be renewed; null where none is set. */
  deadManDue: Date | null;
  deadManFailure: string | null;
  observedAt: Date | null;
  /** When the last attempt on this model started. */
  beganAt: Date | null;
  /** Number of tasks by state. */
  ready: number;
  queued: number;
  running: number;
  now: Date;
}

/** With fewer measured warm-ups than this, the published time is used. */
const ENOUGH_WARMUPS = 3;

/**
 * All models but retired ones, or only the given ones. Disabled models are included, because they must be turned off.
 *
 * @param modelUuids only these
 * @param timeScale of published times; see `timeScaleOf`
 */
export async function readHeat(
  session: Session,
  { modelUuids, timeScale = 1 }: { modelUuids?: readonly string[]; timeScale?: number } = {},
): Promise<HeatRow[]> {
  return modelUuids
    ? session.query<HeatRow>(reading('m.id = any ($2::uuid[])'), [timeScale, modelUuids])
    : session.query<HeatRow>(reading('true'), [timeScale]);
}

/** As `readHeat`: one model, for its reconciliation. */
export async function readHeatOf(
  engine: Session,
  modelUuid: string,
  timeScale: number,
): Promise<HeatRow | undefined> {
  const [row] = await engine.query<HeatRow>(READ_ONE, [timeScale, modelUuid]);
  return row;
}

/** @param which condition on `ai_models m` */
const reading = (
  which: string,
): string => `select m.id as model_uuid, m.model_id, m.enabled, m.status, m.current_thermal_state as heat, m.last_thermal_change as since,
       coalesce(h.wanted_instances, 0) as wanted_instances, coalesce(h.serving_instances, 0) as serving_instances,
       coalesce(h.billed_instances, 0) as billed_instances, m.pricing_config ->> 'hourlyRate' as hourly_rate,
       coalesce(h.usable_slots, 0) as usable_slots,
       o.slots, o.taken as slots_taken, o.doubted as slots_doubted, o.doubt_until,
       coalesce(p.desired, 'auto') as desired, p.reason as pin_reason, p.until as pin_until,
       b.scale_in_paused, b.scale_out_paused, b.scale_out_until, coalesce(h.renewing, false) as renewing,
       h.warming_since, h.surplus_since, h.failure, h.unseen_since, coalesce(h.failures, 0) as failures, h.retry_at,
       -- A short task may start and end between two reconciliations: the last attempt counts as use, too.
       case when h.idle_since is not null then greatest(h.idle_since, latest.ended_at) end as idle_since,
       w.seconds as warmup_seconds,
       coalesce(h.warmups, 0) as warmups, h.why, h.next_need, h.hold_off_due as dead_man_due, h.hold_off_failure as dead_man_failure, h.observed_at,
       latest.started_at as began_at,
       l.ready, l.queued, l.running, ledger_now() as now
     from ai_models m
     left join model_heat h on h.model_id = m.id
     left join thermal_pins p on p.id = m.id and (p.until is null or p.until > ledger_now())
     cross join (
       select max(reason) filter (where name = 'scaleIn') as scale_in_paused,
         max(reason) filter (where name = 'scaleOut') as scale_out_paused,
         max(until) filter (where name = 'scaleOut') as scale_out_until
       from thermal_brakes where until is null or until > ledger_now()
     ) b
     cross join lateral (
       select coalesce(case when h.warmups >= ${ENOUGH_WARMUPS} then h.learned_warmup_seconds end,
         (m.thermal_config ->> 'warmupTimeSeconds')::numeric * $1::float8)::float8 as seconds
     ) w
     cross join lateral (
       select count(*) as slots, count(*) filter (where s.held_until >= n.now) as taken, count(a.ended_at) as doubted,
         min(s.held_until) filter (where a.ended_at is not null) as doubt_until
       from (select ledger_now() as now offset 0) n cross join model_slots s
       left join task_attempts a on s.held_until >= n.now
         and a.task_execution_id = s.task_execution_id and a.attempt_number = s.attempt_number
       where s.model_id = m.id
     ) o
     left join lateral (
       select a.started_at, a.ended_at from task_attempts a
       where ${ofModel('a.model_id', 'm.id')} order by a.model_id, a.started_at desc limit 1
     ) latest on true
     cross join lateral (
       -- Tasks that may not start, and retries that are due after a warm-up, are no demand.
       select count(*) filter (where t.status = 'ready' and ${MAY_BEGIN}
           and (t.not_before is null or t.not_before <= ledger_now() + w.seconds * interval '1 s')) as ready,
         -- A task that was handed over still holds its slot, and is counted there.
         count(*) filter (where t.status = 'queued' and ${MAY_BEGIN} and not exists (
           select from model_slots s where s.task_execution_id = t.id and s.attempt_number = t.attempt_number)) as queued,
         count(*) filter (where t.status = 'running') as running
       from (
         select * from task_executions
         where ${ofModel('model_id', 'm.id')} and completed_at is null and status in ('ready', 'queued', 'running')
         order by model_id, completed_at desc offset 0
       ) t join workflow_executions e on e.id = t.workflow_execution_id
     ) l
     where m.status <> 'retired' and ${which}
     order by m.model_id`;
const READ_ONE: Statement = { name: 'read_heat', text: reading('m.id = $2') };

/** All models that the thermal service reconciles. */
export const modelsToReconcile = (session: Session): Promise<{ modelUuid: string; modelId: string }[]> =>
  session.query(`select id as model_uuid, model_id from ai_models where status <> 'retired'`);

/** Creates a model's heat row, and adds or deletes slots to match their number. A held slot is not deleted. */
export async function fitSlots(session: Session, modelUuid: string, slots: number): Promise<void> {
  await session.query(
    `with heat as (
       insert into model_heat (model_id) values ($1) on conflict do nothing
     ), surplus as (
       delete from model_slots where model_id = $1 and slot_no >= $2 and task_execution_id is null
     )
     insert into model_slots (model_id, slot_no) select $1, generate_series(0, $2::int - 1) on conflict do nothing`,
    [modelUuid, slots],
  );
}

/** Takes the lease of a model for a thermal service; false if another service holds it. */
export async function lease(
  session: Session,
  modelUuid: string,
  owner: string,
  leaseMs: number,
): Promise<boolean> {
  const rows = await session.query(LEASE, [modelUuid, owner, leaseMs]);
  return rows.length > 0;
}

const LEASE: Statement = {
  name: 'lease_model',
  text: `insert into model_heat as h (model_id, lease_owner, lease_until) values ($1, $2, ledger_now() + $3 * interval '1 ms')
     on conflict (model_id) do update set lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
     where h.lease_owner is null or h.lease_owner = $2 or h.lease_until < ledger_now()
     returning model_id`,
};

export async function releaseLeases(session: Session, owner: string): Promise<void> {
  await session.query('update model_heat set lease_owner = null, lease_until = null where lease_owner = $1', [
    owner,
  ]);
}

/**
 * Leaves only a model's first `keep` slots usable, so that instances can be removed; false if one of the other slots is held.
 * No claim takes a closed slot, so no request is sent to an instance that is being removed.
 */
export async function closeSlots(
  ledger: Ledger,
  owner: string,
  modelUuid: string,
  keep = 0,
): Promise<boolean> {
  return ledger.transaction(async (session) => {
    // Waits for claims under way, which lock this row in share mode. Only the next statement sees their slots.
    await session.query('select from model_heat where model_id = $1 for update', [modelUuid]);
    const rows = await session.query(
      `update model_heat set usable_slots = least(usable_slots, $2)
       where model_id = $1 and lease_owner = $3 and lease_until > ledger_now()
         and not exists (
           select from model_slots where model_id = $1 and slot_no >= $2 and held_until >= ledger_now())
       returning model_id`,
      [modelUuid, keep, owner],
    );
    return rows.length > 0;
  });
}

/**
 * Frees the slots of a model that are held because the outcome is unknown: the operator confirms that no request runs there
 * any more. Returns their number.
 */
export async function releaseSlots(
  ledger: Ledger,
  actor: Actor,
  model: { uuid: string; id: string },
  reason: string,
): Promise<number> {
  const [row] = await ledger.as(actor, (session) =>
    session.query<{ slots: number }>(
      `with doubted as (
         select s.model_id, s.slot_no from model_slots s
         join task_attempts a on a.task_execution_id = s.task_execution_id and a.attempt_number = s.attempt_number
         where s.model_id = $1 and s.held_until >= ledger_now() and a.ended_at is not null
         for update of s
       ), freed as (
         update model_slots s set task_execution_id = null, attempt_number = null, held_until = null
         from doubted d where s.model_id = d.model_id and s.slot_no = d.slot_no
         returning s.slot_no
       )
       insert into slot_releases (model_id, name, slots, reason)
       select $1, $2, count(*), $3 from freed having count(*) > 0
       returning slots`,
      [model.uuid, model.id, reason],
    ),
  );
  return row?.slots ?? 0;
}
