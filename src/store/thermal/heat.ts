/** What the ledger knows of each model's heat, whose turn it is to act on a model, and which of its slots are open. */
import type { Heat } from '../../core/status.js';
import { MAY_BEGIN } from '../executions/may-begin.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';

export interface HeatRow {
  modelUuid: string;
  modelId: string;
  enabled: boolean;
  status: string;
  heat: Heat;
  /** When it came to be so; null when it never was otherwise. */
  since: Date | null;
  wantedInstances: number;
  servingInstances: number;
  /** Instances that bill, as far as the provider tells. */
  billedInstances: number;
  hourlyRate: string;
  usableSlots: number;
  slots: number;
  slotsTaken: number;
  /** Of those taken: kept for attempts that have ended, since the endpoint may still be at them; and the first till when. */
  slotsDoubted: number;
  doubtUntil: Date | null;
  desired: 'auto' | 'on' | 'off';
  pinReason: string | null;
  pinUntil: Date | null;
  /** Why the brakes hold, for all models; null: they do not. */
  scaleInPaused: string | null;
  scaleOutPaused: string | null;
  scaleOutUntil: Date | null;
  /** Drained for another deployment, or changing to it. */
  renewing: boolean;
  warmingSince: Date | null;
  idleSince: Date | null;
  surplusSince: Date | null;
  failure: string | null;
  /** Since when the provider cannot be asked; `failure` says why. Null: it answers. */
  unseenSince: Date | null;
  failures: number;
  retryAt: Date | null;
  /** What the last look decided, in words; null when there was nothing to say. */
  why: string | null;
  /** Learned, once there are enough to learn from; else what the model publishes. */
  warmupSeconds: number;
  /** Times that it was measured. */
  warmups: number;
  /** The first use that is foreseen. */
  nextNeed: { at: string; uncertaintySeconds: number; executionId: string; taskId: string } | null;
  /** When the dead man (the provider's own scheduled scale-in) must be renewed; null where none is set. */
  deadManDue: Date | null;
  deadManFailure: string | null;
  observedAt: Date | null;
  /** When the last attempt at this model began. */
  beganAt: Date | null;
  /** Tasks of this model by state. */
  ready: number;
  queued: number;
  running: number;
  now: Date;
}

/** Below so many measured warm-ups, what the model publishes counts for more than what was measured. */
const ENOUGH_WARMUPS = 3;

/**
 * Every model that may run, is running, or must be turned off: disabled ones too, or they would bill for ever.
 *
 * @param modelUuids of these only
 * @param timeScale of published times: see `timeScaleOf`
 */
export async function readHeat(
  session: Session,
  { modelUuids, timeScale = 1 }: { modelUuids?: readonly string[]; timeScale?: number } = {},
): Promise<HeatRow[]> {
  return session.query<HeatRow>(
    `select m.id as model_uuid, m.model_id, m.enabled, m.status, m.current_thermal_state as heat, m.last_thermal_change as since,
       coalesce(h.wanted_instances, 0) as wanted_instances, coalesce(h.serving_instances, 0) as serving_instances,
       coalesce(h.billed_instances, 0) as billed_instances, m.pricing_config ->> 'hourlyRate' as hourly_rate,
       coalesce(h.usable_slots, 0) as usable_slots,
       o.slots, o.taken as slots_taken, o.doubted as slots_doubted, o.doubt_until,
       coalesce(p.desired, 'auto') as desired, p.reason as pin_reason, p.until as pin_until,
       b.scale_in_paused, b.scale_out_paused, b.scale_out_until, coalesce(h.renewing, false) as renewing,
       h.warming_since, h.surplus_since, h.failure, h.unseen_since, coalesce(h.failures, 0) as failures, h.retry_at,
       -- Short tasks come and go between two looks: the last one counts as use all the same.
       case when h.idle_since is not null then greatest(h.idle_since, (
         select a.ended_at from task_attempts a where a.model_id = m.id order by a.started_at desc limit 1
       )) end as idle_since,
       w.seconds as warmup_seconds,
       coalesce(h.warmups, 0) as warmups, h.why, h.next_need, h.hold_off_due as dead_man_due, h.hold_off_failure as dead_man_failure, h.observed_at,
       (select a.started_at from task_attempts a where a.model_id = m.id order by a.started_at desc limit 1) as began_at,
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
         (m.thermal_config ->> 'warmupTimeSeconds')::numeric * $2::float8)::float8 as seconds
     ) w
     cross join lateral (
       select count(*) as slots, count(s.held_until) as taken, count(a.ended_at) as doubted,
         min(s.held_until) filter (where a.ended_at is not null) as doubt_until
       from model_slots f
       left join model_slots s on s.model_id = f.model_id and s.slot_no = f.slot_no and s.held_until >= ledger_now()
       left join task_attempts a on a.task_execution_id = s.task_execution_id and a.attempt_number = s.attempt_number
       where f.model_id = m.id
     ) o
     cross join lateral (
       -- What may not begin, and a retry that is due after a start would be over, keep nothing on.
       select count(*) filter (where t.status = 'ready' and ${MAY_BEGIN}
           and (t.not_before is null or t.not_before <= ledger_now() + w.seconds * interval '1 s')) as ready,
         -- One that was handed over has its slot still, and is counted there.
         count(*) filter (where t.status = 'queued' and ${MAY_BEGIN} and not exists (
           select from model_slots s where s.task_execution_id = t.id and s.attempt_number = t.attempt_number)) as queued,
         count(*) filter (where t.status = 'running') as running
       from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
       where t.model_id = m.id and t.status in ('ready', 'queued', 'running') and t.completed_at is null
     ) l
     where m.status <> 'retired' and ($1::uuid[] is null or m.id = any ($1))
     order by m.model_id`,
    [modelUuids ?? null, timeScale],
  );
}

/** The models that are to be looked at. */
export const modelsToReconcile = (session: Session): Promise<{ modelUuid: string; modelId: string }[]> =>
  session.query(`select id as model_uuid, model_id from ai_models where status <> 'retired'`);

/** Makes a model's heat row and its slots: as many as may ever be used, no more. A held slot outlives a smaller number. */
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

/** One thermal service at a time acts on a model; false when another does. */
export async function lease(
  session: Session,
  modelUuid: string,
  owner: string,
  leaseMs: number,
): Promise<boolean> {
  const rows = await session.query(
    `insert into model_heat as h (model_id, lease_owner, lease_until) values ($1, $2, ledger_now() + $3 * interval '1 ms')
     on conflict (model_id) do update set lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
     where h.lease_owner is null or h.lease_owner = $2 or h.lease_until < ledger_now()
     returning model_id`,
    [modelUuid, owner, leaseMs],
  );
  return rows.length > 0;
}

export async function releaseLeases(session: Session, owner: string): Promise<void> {
  await session.query('update model_heat set lease_owner = null, lease_until = null where lease_owner = $1', [
    owner,
  ]);
}

/**
 * Leaves only a model's first `keep` slots open, so that instances can go; false when somebody holds one of the others.
 * No claim takes those until the model has grown again: nothing is ever sent to an endpoint that is going away.
 */
export async function closeSlots(
  ledger: Ledger,
  owner: string,
  modelUuid: string,
  keep = 0,
): Promise<boolean> {
  return ledger.transaction(async (session) => {
    // Waits for claims under way, which hold this row shared; only the next statement sees what they took.
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
 * Frees the slots of a model that are kept for a doubt: whoever asks for it says that nothing runs there any more. Answers
 * how many there were.
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
