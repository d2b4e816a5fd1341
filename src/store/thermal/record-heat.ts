/** What a look amounts to, written down: heat, instances, what it bills, and the event when any of it changed. */
import type { Need } from '../../core/thermal/forecast.js';
import type { Heat } from '../../core/status.js';
import { cut } from '../../core/json/text.js';
import { meter, type Reading } from '../money/meter.js';
import { SYSTEM, type Ledger, type Session } from '../db/ledger.js';

export interface HeatTransition {
  modelUuid: string;
  /** Whose bill it is. */
  meter: Pick<Reading, 'endpoint' | 'instanceType'>;
  from: Heat;
  to: Heat;
  wanted: number;
  serving: number;
  billed: number;
  usableSlots: number;
  reason: string;
  /** Worth a line in the history even where the heat stays as it is. */
  recorded: boolean;
  hourlyRate: string;
  renewing: boolean;
  /** What was decided, in words. */
  why: string | null;
  failure: string | null;
  retryAt: Date | null;
  idleSince: Date | null;
  surplusSince: Date | null;
  nextNeed: Need | null;
  deadManDue: Date | null;
  deadManFailure: string | null;
}

/**
 * Records what was seen or done: heat, instances, slots that may be claimed, the event, and what bills from now on. False,
 * and nothing recorded, when this service's lease of the model has run out.
 */
export async function recordHeat(ledger: Ledger, owner: string, move: HeatTransition): Promise<boolean> {
  return ledger.transaction(async (session) => {
    const recorded = await writeHeat(session, owner, move);
    const { modelUuid, billed: instances, hourlyRate } = move;
    if (recorded) await meter(session, { modelUuid, instances, hourlyRate, ...move.meter });
    return recorded;
  });
}

/**
 * Records that the provider could not be asked, why, and when it will be asked again: nothing else changes. False when
 * this service's lease of the model has run out.
 */
export async function recordUnseen(
  ledger: Ledger,
  owner: string,
  modelUuid: string,
  { reason, retryAt }: { reason: string; retryAt: Date },
): Promise<boolean> {
  const rows = await ledger.query(
    `with before as (select model_id, unseen_since from model_heat where model_id = $1),
     heat as (
       update model_heat h
       set failure = $3, retry_at = $4, unseen_since = coalesce(h.unseen_since, ledger_now()),
         failures = case when h.unseen_since is null then 1 else h.failures + 1 end, why = $5
       where h.model_id = $1 and h.lease_owner = $2 and h.lease_until > ledger_now()
       returning h.model_id, h.billed_instances
     ), event as (
       insert into thermal_events (model_id, from_heat, to_heat, instances, reason, hourly_rate)
       select m.id, m.current_thermal_state, m.current_thermal_state, heat.billed_instances, $5, (m.pricing_config ->> 'hourlyRate')::numeric
       from heat join ai_models m on m.id = heat.model_id join before b on b.model_id = heat.model_id where b.unseen_since is null
     )
     select model_id from heat`,
    [modelUuid, owner, reason, retryAt, cut(`the provider cannot be asked: ${reason}`, 1000)],
  );
  return rows.length > 0;
}

async function writeHeat(session: Session, owner: string, move: HeatTransition): Promise<boolean> {
  const rows = await session.query(
    `with heat as (
       update model_heat h
       set wanted_instances = $4, serving_instances = $5, billed_instances = $6, usable_slots = $7, failure = $11,
         failures = case when $11::text is not null and $12 is distinct from h.retry_at then (case when h.unseen_since is null then h.failures else 0 end) + 1
           when $11::text is null and $3 in ('WARM', 'HOT') or h.unseen_since is not null then 0 else h.failures end,
         unseen_since = null,
         retry_at = $12, idle_since = $13, surplus_since = $14, next_need = $15, hold_off_due = $16, hold_off_failure = $17, why = $19, renewing = $20,
         observed_at = ledger_now(),
         warming_since = case when $3 <> 'WARMING' then null when $2 <> 'WARMING' then ledger_now() else h.warming_since end,
         warmups = h.warmups + ($2 = 'WARMING' and $3 in ('WARM', 'HOT'))::int,
         learned_warmup_seconds = case when $2 = 'WARMING' and $3 in ('WARM', 'HOT') and h.warming_since is not null
           then coalesce(h.learned_warmup_seconds, extract(epoch from ledger_now() - h.warming_since)) * 0.7
             + extract(epoch from ledger_now() - h.warming_since) * 0.3
           else h.learned_warmup_seconds end
       where h.model_id = $1 and h.lease_owner = $18 and h.lease_until > ledger_now()
       returning h.model_id
     ), model as (
       update ai_models set current_thermal_state = $3, last_thermal_change = ledger_now()
       where id in (select model_id from heat) and current_thermal_state <> $3
     ), event as (
       insert into thermal_events (model_id, from_heat, to_heat, instances, reason, hourly_rate)
       select model_id, $2, $3, greatest($6, case when $3 = 'WARMING' then $4 end), $8, $10 from heat where $2::text <> $3::text or $9
     )
     select model_id from heat`,
    [
      move.modelUuid,
      move.from,
      move.to,
      move.wanted,
      move.serving,
      move.billed,
      move.usableSlots,
      move.reason,
      move.recorded,
      move.hourlyRate,
      move.failure,
      move.retryAt,
      move.idleSince,
      move.surplusSince,
      move.nextNeed && JSON.stringify(move.nextNeed),
      move.deadManDue,
      move.deadManFailure,
      owner,
      move.why,
      move.renewing,
    ],
  );
  return rows.length > 0;
}

/** The end of a deleted model, once nothing of it is left at the provider: its name is free again. */
export async function retire(ledger: Ledger, modelUuid: string): Promise<void> {
  await ledger.as(SYSTEM, (session) =>
    session.query(
      `update ai_models set status = 'retired', enabled = false where id = $1 and status = 'retiring'`,
      [modelUuid],
    ),
  );
}

export interface ThermalEvent {
  id: number;
  at: Date;
  from: Heat;
  to: Heat;
  instances: number;
  reason: string;
  hourlyRate: string;
}

/** What a model's heat did, newest first. */
export const thermalHistory = (
  ledger: Ledger,
  modelUuid: string,
  { before, limit }: { before: number | null; limit: number },
): Promise<ThermalEvent[]> =>
  ledger.query(
    `select id, at, from_heat as "from", to_heat as "to", instances, reason, hourly_rate
     from thermal_events where model_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
    [modelUuid, before, limit],
  );
