/** Thermal routes for operators: which models are on, why and at what cost; pins for one model, brakes for all. */
import { timeScaleOf } from '../../config.js';
import { z } from 'zod';
import { NotFound } from '../../core/errors.js';
import { isManaged } from '../../core/models/model.js';
import { addUsd } from '../../core/money/money.js';
import { thermalHistory } from '../../store/thermal/record-heat.js';
import { listOrphans, missingPermissions } from '../../store/thermal/orphans.js';
import { brake, pin } from '../../store/thermal/pins.js';
import { readHeat, releaseSlots, type HeatRow } from '../../store/thermal/heat.js';
import type { Infrastructure } from '../../infrastructure.js';
import { fromCursor, pageQuery, toCursor } from '../http/paging.js';
import { ADMINISTRATORS, OPERATORS, route, type Route } from '../http/route.js';
import {
  reason,
  until,
  paused,
  released,
  brakes,
  pinShape,
  overview,
  detail,
  perHour,
  showState,
  showBrakes,
} from './thermal-shape.js';

export const thermalRoutes = ({ config, ledger, models }: Infrastructure): Route[] => {
  async function heatOf(modelId: string): Promise<{ row: HeatRow; managed: boolean }> {
    const model = await models.get(modelId);
    const [row] = model
      ? await readHeat(ledger, { modelUuids: [model.uuid], timeScale: timeScaleOf(config) })
      : [];
    if (!model || !row) throw new NotFound('model', modelId);
    return { row, managed: isManaged(model) };
  }
  const params = z.object({ modelId: z.string().max(100) });

  return [
    route({
      method: 'get',
      path: '/v1/thermal',
      operation: 'getThermal',
      roles: ADMINISTRATORS,
      summary: 'Read which models are on, why, and what they cost now',
      status: 200,
      response: overview,
      handle: async () => {
        const rows = await readHeat(ledger, { timeScale: timeScaleOf(config) });
        const orphans = await listOrphans(ledger);
        const all = await models.list({ includeDisabled: true });
        const external = new Set(all.filter((model) => !isManaged(model)).map(({ id }) => id));
        const each = rows.map((row) => showState(row, !external.has(row.modelId)));
        return {
          body: {
            models: each,
            orphans: orphans.map(({ hourlyUsd, firstSeen, ...orphan }) => ({
              ...orphan,
              usdPerHour: hourlyUsd,
              firstSeenAt: firstSeen,
            })),
            brakes: await showBrakes(ledger),
            permissionsMissing: await missingPermissions(ledger),
            usdPerHour: addUsd(
              ...each.map(({ usdPerHour }) => usdPerHour),
              ...orphans.flatMap(({ hourlyUsd }) => hourlyUsd ?? []),
            ),
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/v1/thermal/brakes',
      operation: 'getBrakes',
      roles: ADMINISTRATORS,
      summary: 'Read the brakes, which apply to all models',
      status: 200,
      response: brakes,
      handle: async () => ({ body: await showBrakes(ledger) }),
    }),
    route({
      method: 'put',
      path: '/v1/thermal/brakes',
      operation: 'setBrakes',
      roles: OPERATORS,
      summary: 'Pause or resume scale-in and scale-out of all models',
      body: z.strictObject({
        scaleIn: z.discriminatedUnion('paused', [paused.extend({ until }), released]),
        scaleOut: z.discriminatedUnion('paused', [paused.extend({ until }), released]),
      }),
      status: 200,
      response: brakes,
      handle: async ({ actor, body: { scaleIn, scaleOut } }) => {
        await brake(ledger, actor, {
          scaleIn: scaleIn.paused ? scaleIn : null,
          scaleOut: scaleOut.paused ? scaleOut : null,
        });
        return { body: await showBrakes(ledger) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/models/:modelId/thermal',
      operation: 'getModelThermal',
      roles: ADMINISTRATORS,
      summary: "Read a model's thermal state, its reason, its next forecast need and its history",
      params,
      query: z.strictObject(pageQuery),
      status: 200,
      response: detail,
      handle: async ({ params: { modelId }, query: { limit, cursor } }) => {
        const { row, managed } = await heatOf(modelId);
        const before = cursor === undefined ? null : fromCursor(z.int(), cursor);
        const events = await thermalHistory(ledger, row.modelUuid, { before, limit: limit + 1 });
        const shown = events.slice(0, limit);
        const last = events.length > limit ? shown.at(-1) : undefined;
        return {
          body: {
            ...showState(row, managed),
            slots: {
              all: row.slots,
              usable: row.usableSlots,
              taken: row.slotsTaken,
              doubted: row.slotsDoubted,
              doubtUntil: row.doubtUntil,
            },
            waiting: row.ready + row.queued,
            running: row.running,
            warmup: { seconds: row.warmupSeconds, measured: row.warmups },
            nextNeed: row.nextNeed,
            holdOff: { renewalDueAt: row.deadManDue, failure: row.deadManFailure },
            brakes: { scaleIn: row.scaleInPaused !== null, scaleOut: row.scaleOutPaused !== null },
            history: {
              items: shown.map(({ at, from, to, reason, instances, hourlyRate }) => ({
                at,
                from,
                to,
                reason,
                instances,
                usdPerHour: perHour(hourlyRate, instances),
              })),
              nextCursor: last ? toCursor(last.id) : null,
            },
          },
        };
      },
    }),
    route({
      method: 'post',
      path: '/v1/models/:modelId/thermal',
      operation: 'pinModel',
      roles: OPERATORS,
      summary: 'Pin a model on or off, or let demand decide again',
      params,
      body: z.discriminatedUnion('desired', [
        z.strictObject({ desired: z.literal('auto') }),
        z.strictObject({ desired: z.enum(['on', 'off']), reason, until }),
      ]),
      status: 200,
      response: pinShape.meta({ id: 'ThermalPin' }),
      handle: async ({ actor, params: { modelId }, body }) => {
        const { row, managed } = await heatOf(modelId);
        const uuid = row.modelUuid;
        await pin(ledger, actor, { uuid, id: modelId }, body.desired === 'auto' ? null : body);
        return { body: showState((await heatOf(modelId)).row, managed).pin };
      },
    }),
    route({
      method: 'post',
      path: '/v1/models/:modelId/slots/release',
      operation: 'releaseSlots',
      roles: OPERATORS,
      summary:
        'Release slots that are held because the outcome of their request is unknown: use it when nothing runs on them any more',
      params,
      body: z.strictObject({ reason }),
      status: 200,
      response: z.strictObject({ released: z.int() }).meta({ id: 'SlotRelease' }),
      handle: async ({ actor, params: { modelId }, body }) => {
        const { modelUuid: uuid } = (await heatOf(modelId)).row;
        return { body: { released: await releaseSlots(ledger, actor, { uuid, id: modelId }, body.reason) } };
      },
    }),
  ];
};
