/** Waiting and running tasks: over the last hours, and now for each model. */
import { z } from 'zod';
import { InvalidInput } from '../../core/errors.js';
import { isManaged } from '../../core/models/model.js';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { ledgerNow } from '../../store/db/clock.js';
import type { Period } from '../../store/money/cost-report.js';
import { countQueue, queueByModel, type QueueCount } from '../../store/scheduling/queue-figures.js';
import type { Infrastructure } from '../../infrastructure.js';
import { makeSharedReads } from '../http/shared-reads.js';
import { cut, pageOf, pageQuery } from '../http/paging.js';
import { period, periodOf } from '../money/period.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

const FRESH_MS = 5_000;
const NOW_MS = 1_000;
const MOST_POINTS = 2_000;

const count = z.int();
const seconds = z.number().nullable();

/** @throws InvalidInput */
function stepOf({ from, to }: Period, asked: number | undefined): number {
  const length = (to.getTime() - from.getTime()) / 1_000;
  const step = asked ?? Math.max(10, Math.ceil(length / 288));
  if (length / step <= MOST_POINTS) return step;
  throw new InvalidInput('The series would have too many points.', [
    { path: 'query.step', message: `must result in ${MOST_POINTS} points at most` },
  ]);
}

/** A step without changes keeps the level of the step before. `last` is the level at the end. */
function pointsOf(counts: readonly QueueCount[], steps: number): { points: number[]; last: number } {
  const points: number[] = [];
  const at = new Map(counts.map((count) => [count.step, count]));
  let level = 0;
  for (let step = 0; step < steps; step += 1) {
    const moved = at.get(step);
    points.push(Math.max(level, moved?.peak ?? 0));
    level = moved?.last ?? level;
  }
  return { points, last: level };
}

export function queueRoutes({ ledger, models }: Infrastructure): Route[] {
  const kept = makeSharedReads();
  return [
    route({
      method: 'get',
      path: '/v1/metrics/queue',
      operation: 'getQueueSeries',
      roles: ADMINISTRATORS,
      summary: 'Read how many tasks waited and ran: the maximum in each step; the last 24 hours by default',
      query: z.strictObject({
        ...period,
        /** Seconds. */
        step: counted(RANGES.step).optional(),
      }),
      status: 200,
      response: z
        .strictObject({
          from: z.iso.datetime(),
          stepSeconds: z.int(),
          series: z.array(
            z.strictObject({
              name: z.enum(['queued', 'running']),
              /** The maximum in each step. */
              points: z.array(z.int()),
              /** The level at the end of the period, which is now if it ends now. */
              last: z.int(),
            }),
          ),
        })
        .meta({ id: 'QueueSeries' }),
      handle: async ({ query }) => ({
        body: await kept(JSON.stringify(['queue', query]), FRESH_MS, async () => {
          const { from, to } = periodOf(await ledgerNow(ledger), query);
          const stepSeconds = stepOf({ from, to }, query.step);
          const steps = Math.ceil((to.getTime() - from.getTime()) / 1_000 / stepSeconds);
          const counts = await countQueue(ledger, { from, to, stepSeconds });
          const series = (['queued', 'running'] as const).map((name) => ({
            name,
            ...pointsOf(
              counts.filter((count) => count.name === name),
              steps,
            ),
          }));
          return { from, stepSeconds, series };
        }),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/queue',
      operation: 'getQueue',
      roles: ADMINISTRATORS,
      summary:
        'Read the waiting and running tasks of each model, by tenant, with the expected time to finish',
      query: z.strictObject(pageQuery),
      status: 200,
      response: pageOf(
        z
          .strictObject({
            modelId: z.string(),
            displayName: z.string(),
            /** False for a model that another party runs: `instances` and `wanted` then only limit concurrent requests. */
            managed: z.boolean(),
            waiting: count,
            running: count,
            instances: count,
            wanted: count,
            slots: count,
            oldestWaitSeconds: seconds,
            /** Estimated from the durations of its last tasks and its current slots; null if nothing waits or nothing is known. */
            drainSeconds: seconds,
            byTenant: z.array(z.strictObject({ tenant: z.string(), waiting: count, running: count })),
          })
          .meta({ id: 'ModelQueue' }),
      ),
      handle: async ({ query }) => {
        const all = await kept('models', NOW_MS, async () => {
          const external = new Set(
            (await models.list({ includeDisabled: true }))
              .filter((one) => !isManaged(one))
              .map(({ id }) => id),
          );
          const rows = await queueByModel(ledger);
          return rows.map((row) => ({ ...row, managed: !external.has(row.modelId) }));
        });
        const { items, nextCursor } = cut(
          all.map((queue) => ({ id: queue.modelId, queue })),
          query,
        );
        return { body: { items: items.map(({ queue }) => queue), nextCursor } };
      },
    }),
  ];
}
