/** Creates many executions of one workflow with one request, or quotes their total cost. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InvalidInput, NotFound, RadiantError, Refused } from '../../core/errors.js';
import { addUsd } from '../../core/money/money.js';
import { nameFor } from '../../core/workflows/title.js';
import type { Json } from '../../core/json/json.js';
import type { Caller } from '../../store/people/identity.js';
import type { WorkflowVersion } from '../../store/workflows/versions.js';
import { idempotency, newExecution, requestOf, type Accepted, type Request } from './accept.js';
import type { Infrastructure } from '../../infrastructure.js';
import { money, usd } from '../http/shapes.js';
import { PAYERS, route, type Route } from '../http/route.js';

const MOST = 1_000;
/** How many are accepted concurrently, so that other callers are still served. */
const TOGETHER = 8;

const result = z.strictObject({
  /** The index in the request, from 0. */
  index: z.int(),
  ok: z.boolean(),
  /** With dryRun: the name that the execution would get. */
  name: z.string().nullable().optional(),
  id: z.uuid().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});
type Result = z.infer<typeof result>;
type Cost = { lowUsd: string; likelyUsd: string; highUsd: string } | null;

export function batchRoutes(
  infrastructure: Infrastructure,
  accept: (asked: Request) => Promise<Accepted>,
): Route[] {
  const { workflows, log, admission } = infrastructure;

  async function quoted(
    caller: Caller,
    workflow: WorkflowVersion,
    body: z.output<typeof newExecution>,
  ): Promise<{ name: string | null; cost: Cost }> {
    const { quote, resolved } = await admission.plan(caller, workflow, requestOf(workflow, body));
    const name = nameFor(workflow.definition, { asked: body.name, given: body.parameters, resolved });
    return { name, cost: quote.cost };
  }

  async function tried(index: number, work: () => Promise<Partial<Result>>): Promise<Result> {
    try {
      return { index, ok: true, ...(await work()) };
    } catch (error) {
      if (!(error instanceof RadiantError)) {
        log.error('batch.failed', error, { index });
        return {
          index,
          ok: false,
          code: 'internal',
          detail: 'An internal error occurred. Try this one again.',
        };
      }
      const errors = error instanceof InvalidInput || error instanceof Refused ? error.faults : [];
      return {
        index,
        ok: false,
        code: error.code,
        detail: error.message,
        ...(errors.length > 0 && { errors: [...errors] }),
      };
    }
  }

  return [
    route({
      method: 'post',
      path: '/v1/workflows/:workflowId/executions/batch',
      operation: 'createExecutions',
      roles: PAYERS,
      summary: `Create up to ${MOST} executions of a workflow: each is accepted or refused by itself; with dryRun nothing is created and the cost is quoted`,
      params: z.object({ workflowId: z.string().max(100) }),
      headers: idempotency,
      body: z.strictObject({
        executions: z.array(newExecution).min(1).max(MOST),
        dryRun: z.boolean().default(false),
      }),
      bodyLimit: '8mb',
      status: 200,
      response: z
        .strictObject({
          /** How many were accepted, or would be with dryRun. */
          count: z.int(),
          /** With dryRun: their total cost; null if the price of one is unknown. */
          cost: z.strictObject({ lowUsd: money, likelyUsd: money, highUsd: money }).nullable(),
          results: z.array(result),
        })
        .meta({ id: 'BatchResult' }),
      handle: async ({ caller, params: { workflowId }, headers, body: { executions, dryRun } }) => {
        const workflow = await workflows.current(workflowId);
        if (!workflow) throw new NotFound('workflow', workflowId);
        const key = headers['idempotency-key'];
        const costs: Cost[] = [];
        const one = (body: z.output<typeof newExecution>, index: number) =>
          tried(index, async () => {
            if (dryRun) {
              const { name, cost } = await quoted(caller, workflow, body);
              costs.push(cost);
              return { name };
            }
            const { id } = await accept({
              caller,
              body: { workflowId, body: body as Json },
              idempotencyKey: key && keyOf(key, index),
              read: async () => requestOf(workflow, body),
            });
            return { id };
          });
        const results: Result[] = [];
        for (let from = 0; from < executions.length; from += TOGETHER)
          results.push(
            ...(await Promise.all(
              executions.slice(from, from + TOGETHER).map((body, at) => one(body, from + at)),
            )),
          );
        return {
          body: { count: results.filter(({ ok }) => ok).length, cost: totalOf(costs), results },
        };
      },
    }),
  ];
}

function totalOf(costs: readonly Cost[]): Cost {
  const known = costs.filter((cost) => cost !== null);
  if (known.length < costs.length || known.length === 0) return null;
  const sum = (end: keyof NonNullable<Cost>) => usd(addUsd(...known.map((cost) => cost[end])));
  return { lowUsd: sum('lowUsd'), likelyUsd: sum('likelyUsd'), highUsd: sum('highUsd') };
}

/** A repeated request refers to the same executions. */
const keyOf = (key: string, index: number): string =>
  `${createHash('sha256').update(key).digest('hex')}/${index}`;
