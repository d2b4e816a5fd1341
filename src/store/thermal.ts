/** What the ledger knows of each model's heat, and the moves the thermal room makes. */
import type { Heat } from '../core/status.js';
import type { Ledger, Session } from './pool.js';

export interface HeatRow {
  modelUuid: string;
  modelId: string;
  enabled: boolean;
  heat: Heat;
  wantedInstances: number;
  servingInstances: number;
  usableSlots: number;
  slots: number;
  slotsTaken: number;
  desired: 'auto' | 'on' | 'off';
  warmingSince: Date | null;
  idleSince: Date | null;
  failure: string | null;
  failures: number;
  retryAt: Date | null;
  learnedWarmupSeconds: number | null;
  /** Tasks of this model by state. */
  ready: number;
  queued: number;
  running: number;
  now: Date;
}

/** Every model that may run, is running, or must be turned off: disabled ones too, or they would bill for ever. */
export async function readHeat(session: Session, modelUuid?: string): Promise<HeatRow[]> {
  return session.query<HeatRow>(
    `select m.id as model_uuid, m.model_id, m.enabled, m.current_thermal_state as heat,
       coalesce(h.wanted_instances, 0) as wanted_instances, coalesce(h.serving_instances, 0) as serving_instances,
       coalesce(h.usable_slots, 0) as usable_slots,
       (select count(*) from model_slots s where s.model_id = m.id) as slots,
       (select count(*) from model_slots s where s.model_id = m.id and s.held_until >= ledger_now()) as slots_taken,
       case when h.desired_until <= ledger_now() then 'auto' else coalesce(h.desired, 'auto') end as desired,
       h.warming_since, h.failure,
       -- Short tasks come and go between two looks: the last one counts as use all the same.
       case when h.idle_since is not null then greatest(h.idle_since, (
         select a.ended_at from task_attempts a where a.model_id = m.id order by a.started_at desc limit 1
       )) end as idle_since, coalesce(h.failures, 0) as failures, h.retry_at,
       h.learned_warmup_seconds::float8 as learned_warmup_seconds,
       l.ready, l.queued, l.running, ledger_now() as now
     from ai_models m
     left join model_heat h on h.model_id = m.id
     cross join lateral (
       select count(*) filter (where t.status = 'ready') as ready,
         count(*) filter (where t.status = 'queued') as queued,
         count(*) filter (where t.status = 'running') as running
       from task_executions t
       where t.model_id = m.id and t.status in ('ready', 'queued', 'running') and t.completed_at is null
     ) l
     where m.status <> 'retired' and ($1::uuid is null or m.id = $1)
     order by m.model_id`,
    [modelUuid ?? null],
  );
}

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

/** One thermal room at a time acts on a model; false when another does. */
export async function lease(
  session: Session,
  modelUuid: string,
  owner: string,
  leaseMs: number,
): Promise<boolean> {
  const rows = await session.query(
    `update model_heat set lease_owner = $2, lease_until = ledger_now() + $3 * interval '1 ms'
     where model_id = $1 and (lease_owner is null or lease_owner = $2 or lease_until < ledger_now())
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

export interface HeatMove {
  modelUuid: string;
  from: Heat;
  to: Heat;
  wanted: number;
  serving: number;
  usableSlots: number;
  reason: string;
  hourlyRate: string;
  failure?: string | null;
  retryAt?: Date | null;
  idleSince: Date | null;
}

/**
 * Records what was seen or done: heat, instances, slots that may be claimed, and the event when the heat changed. False,
 * and nothing recorded, when this room's lease of the model has run out.
 */
export async function recordHeat(ledger: Ledger, owner: string, move: HeatMove): Promise<boolean> {
  const rows = await ledger.query(
    `with heat as (
       update model_heat h
       set wanted_instances = $4, serving_instances = $5, usable_slots = $6, failure = $9,
         failures = case when $3 = 'FAILED' and $10 is distinct from h.retry_at then h.failures + 1 when $3 in ('WARM', 'HOT') then 0 else h.failures end,
         retry_at = $10, idle_since = $11, observed_at = ledger_now(),
         warming_since = case when $3 <> 'WARMING' then null when $2 <> 'WARMING' then ledger_now() else h.warming_since end,
         warmups = h.warmups + ($2 = 'WARMING' and $3 in ('WARM', 'HOT'))::int,
         learned_warmup_seconds = case when $2 = 'WARMING' and $3 in ('WARM', 'HOT') and h.warming_since is not null
           then coalesce(h.learned_warmup_seconds, extract(epoch from ledger_now() - h.warming_since)) * 0.7
             + extract(epoch from ledger_now() - h.warming_since) * 0.3
           else h.learned_warmup_seconds end
       where h.model_id = $1 and h.lease_owner = $12 and h.lease_until > ledger_now()
       returning h.model_id
     ), model as (
       update ai_models set current_thermal_state = $3, last_thermal_change = ledger_now()
       where id in (select model_id from heat) and current_thermal_state <> $3
     ), event as (
       insert into thermal_events (model_id, from_heat, to_heat, instances, reason, hourly_rate)
       select model_id, $2, $3, $5, $7, $8 from heat where $2::text <> $3::text
     )
     select model_id from heat`,
    [
      move.modelUuid,
      move.from,
      move.to,
      move.wanted,
      move.serving,
      move.usableSlots,
      move.reason,
      move.hourlyRate,
      move.failure ?? null,
      move.retryAt ?? null,
      move.idleSince,
      owner,
    ],
  );
  return rows.length > 0;
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
