/** The shapes of thermal states, pins and brakes in the API contract. */
import { z } from 'zod';
import { usd as exact } from '../../core/money/money.js';
import { instant } from '../../core/validation/ranged-schemas.js';
import { HEAT_MOVES } from '../../core/status.js';
import { brakesHeld } from '../../store/thermal/pins.js';
import type { Session } from '../../store/db/ledger.js';
import type { HeatRow } from '../../store/thermal/heat.js';
import { at, money } from '../http/shapes.js';
import { pageOf } from '../http/paging.js';
import { Decimal } from '../../core/json/decimal.js';

const heat = z.enum(Object.keys(HEAT_MOVES) as [string, ...string[]]);

export const reason = z.string().trim().min(1).max(500);

export const until = instant.nullable().default(null);

export const paused = z.strictObject({ paused: z.literal(true), reason, until: at.nullable() });

export const released = z.strictObject({ paused: z.literal(false) });

export const brakes = z
  .strictObject({
    scaleIn: z.discriminatedUnion('paused', [paused, released]),
    scaleOut: z.discriminatedUnion('paused', [paused, released]),
  })
  .meta({ id: 'ThermalBrakes' });

export const pinShape = z.strictObject({
  desired: z.enum(['auto', 'on', 'off']),
  reason: z.string().nullable(),
  until: at.nullable(),
});

const stateShape = z.strictObject({
  modelId: z.string(),
  /** False for a model that another party runs: its hourly cost is unknown. */
  managed: z.boolean(),
  state: heat,
  since: at.nullable(),
  /** Warm without work since this time. */
  idleSince: at.nullable(),
  /** The reason of the last scaling decision. */
  why: z.string().nullable(),
  serving: z.int(),
  wanted: z.int(),
  billed: z.int(),
  usdPerHour: money,
  pin: pinShape,
  failure: z.string().nullable(),
  retryAt: at.nullable(),
  lastLookAt: at.nullable(),
});

export const overview = z
  .strictObject({
    models: z.array(stateShape),
    orphans: z.array(
      z.strictObject({
        name: z.string(),
        status: z.string(),
        instanceType: z.string().nullable(),
        instances: z.int(),
        /** Null: no model uses such instances, so their price is unknown. */
        usdPerHour: money.nullable(),
        firstSeenAt: at,
        failure: z.string().nullable(),
      }),
    ),
    brakes,
    permissionsMissing: z.array(z.strictObject({ action: z.string(), reason: z.string().nullable() })),
    /** Of models and orphans, as far as their prices are known. */
    usdPerHour: money,
  })
  .meta({ id: 'ThermalOverview' });

const event = z.strictObject({
  at,
  from: heat,
  to: heat,
  reason: z.string(),
  instances: z.int(),
  usdPerHour: money,
});

export const detail = stateShape
  .extend({
    slots: z.strictObject({
      all: z.int(),
      usable: z.int(),
      taken: z.int(),
      /** Taken slots held because the outcome of their request is unknown: the endpoint may still work on it. */
      doubted: z.int(),
      /** When the first of those becomes free by itself. */
      doubtUntil: at.nullable(),
    }),
    waiting: z.int(),
    running: z.int(),
    /** `measured` is the number of measured warm-ups. From three on, `seconds` is their estimate. */
    warmup: z.strictObject({ seconds: z.number(), measured: z.int() }),
    nextNeed: z
      .strictObject({ at, uncertaintySeconds: z.number(), executionId: z.uuid(), taskId: z.string() })
      .nullable(),
    /** The dead man: the provider's own scheduled scale-in, in case every thermal service dies. */
    holdOff: z.strictObject({ renewalDueAt: at.nullable(), failure: z.string().nullable() }),
    brakes: z.strictObject({ scaleIn: z.boolean(), scaleOut: z.boolean() }),
    history: pageOf(event),
  })
  .meta({ id: 'ModelThermal' });

export const perHour = (hourlyRate: string, instances: number): string =>
  exact(new Decimal(hourlyRate).times(instances));

export const showState = (row: HeatRow, managed: boolean) => ({
  modelId: row.modelId,
  managed,
  state: row.heat,
  since: row.since,
  idleSince: row.idleSince,
  why: row.why,
  serving: row.servingInstances,
  wanted: row.wantedInstances,
  billed: row.billedInstances,
  usdPerHour: managed ? perHour(row.hourlyRate, row.billedInstances) : exact(new Decimal(0)),
  pin: { desired: row.desired, reason: row.pinReason, until: row.pinUntil },
  failure: row.failure,
  retryAt: row.retryAt,
  lastLookAt: row.observedAt,
});

export async function showBrakes(session: Session) {
  const held = await brakesHeld(session);
  const one = (wanted: string) => {
    const found = held.find(({ name }) => name === wanted);
    return found ? { paused: true, reason: found.reason, until: found.until } : { paused: false };
  };
  return { scaleIn: one('scaleIn'), scaleOut: one('scaleOut') };
}
