/** Records a reconciliation: heat, instances, what bills, and an event if any of it changed. */
import type { Need } from '../../core/thermal/forecast.js';
import type { Heat } from '../../core/status.js';
import { cut, storable } from '../../core/json/text.js';
import { SYSTEM, type Ledger, type Statement } from '../db/ledger.js';

/** The recorded result of a reconciliation. */
export interface ThermalState {
  heat: Heat;
  serving: number;
  wanted: number;
  /** Instances that bill. */
  billed: number;
  reason: string;
  /** Recorded as an event even if the heat does not change. */
  recorded: boolean;
  failure: string | null;
  retryAt: Date | null;
  idleSince: Date | null;
  surplusSince: Date | null;
}

export interface HeatTransition extends ThermalState {
  modelUuid: string;
  /** The endpoint that bills, by its name at the provider. One without instance types has no charges in the provider's bill. */
  meter: { endpoint: string; instanceType: string | null };
  from: Heat;
  usableSlots: number;
  /** USD per instance and hour. */
  hourlyRate: string;
  renewing: boolean;
  /** The reason of the decision. */
  why: string | null;
  nextNeed: Need | null;
  deadManDue: Date | null;
  deadManFailure: string | null;
}

/**
 * Records the observed and decided state: heat, instances, usable slots, the event, and what bills from now on. Returns false
 * and records nothing if this service's lease of the model has expired.
 */
export async function recordHeat(ledger: Ledger, owner: string, move: HeatTransition): Promise<boolean> {
  const { meter, ...facts } = move;
  const rows = await ledger.query(RECORD_HEAT, [rowOf({ ...facts, ...meter, owner })]);
  return rows.length > 0;
}

/**
 * Records that the provider could not be reached, why, and when it is retried. Nothing else changes. Returns false if this
 * service's lease of the model has expired.
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

const RECORD_HEAT: Statement = {
  name: 'record_heat',
  text: `with move as (
       select * from jsonb_to_record($1) as m ("modelUuid" uuid, owner text, "from" text, heat text, wanted int, serving int,
         billed int, "usableSlots" int, reason text, recorded boolean, "hourlyRate" numeric, renewing boolean, why text, failure text,
         "retryAt" timestamptz, "idleSince" timestamptz, "surplusSince" timestamptz, "nextNeed" jsonb, "deadManDue" timestamptz,
         "deadManFailure" text, endpoint text, "instanceType" text)
     ), written as (
       update model_heat h
       set wanted_instances = m.wanted, serving_instances = m.serving, billed_instances = m.billed, usable_slots = m."usableSlots",
         failure = m.failure, retry_at = m."retryAt", unseen_since = null,
         failures = case
           when m.failure is not null and m."retryAt" is distinct from h.retry_at
             then (case when h.unseen_since is null then h.failures else 0 end) + 1
           when m.failure is null and m.heat in ('WARM', 'HOT') or h.unseen_since is not null then 0
           else h.failures end,
         idle_since = m."idleSince", surplus_since = m."surplusSince", next_need = m."nextNeed", why = m.why, renewing = m.renewing,
         hold_off_due = m."deadManDue", hold_off_failure = m."deadManFailure", observed_at = ledger_now(),
         warming_since = case when m.heat <> 'WARMING' then null when m."from" <> 'WARMING' then ledger_now() else h.warming_since end,
         warmups = h.warmups + (m."from" = 'WARMING' and m.heat in ('WARM', 'HOT'))::int,
         learned_warmup_seconds = case when m."from" = 'WARMING' and m.heat in ('WARM', 'HOT') and h.warming_since is not null
           then coalesce(h.learned_warmup_seconds, extract(epoch from ledger_now() - h.warming_since)) * 0.7
             + extract(epoch from ledger_now() - h.warming_since) * 0.3
           else h.learned_warmup_seconds end
       from move m
       where h.model_id = m."modelUuid" and h.lease_owner = m.owner and h.lease_until > ledger_now()
       returning m.*
     ), model as (
       update ai_models a set current_thermal_state = r.heat, last_thermal_change = ledger_now()
       from written r where a.id = r."modelUuid" and a.current_thermal_state <> r.heat
     ), event as (
       insert into thermal_events (model_id, from_heat, to_heat, instances, reason, hourly_rate)
       select "modelUuid", "from", heat, greatest(billed, case when heat = 'WARMING' then wanted end), reason, "hourlyRate"
       from written where "from" <> heat or recorded
     )
     -- The meter: how many instances bill from now on. An unchanged reading writes nothing.
     select meter_instances("modelUuid", endpoint, "instanceType", billed, "hourlyRate") from written`,
};

/** A provider's message may hold characters that no row can store. */
const rowOf = (move: object): string =>
  JSON.stringify(move, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value));

/** Retires a deleted model once nothing of it is left at the provider. Its id is free again. */
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

/** Thermal events of a model, newest first. */
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
