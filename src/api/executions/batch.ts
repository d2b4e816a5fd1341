/** Creates many executions of one workflow with one request, or quotes their total cost. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Changed, InvalidInput, NotFound, RadiantError, Refused } from '../../core/errors.js';
import { addUsd } from '../../core/money/money.js';
import { nameFor } from '../../core/workflows/title.js';
import type { Json } from '../../core/json/json.js';
import type { Caller } from '../../store/people/identity.js';
import type { WorkflowVersion } from '../../store/workflows/versions.js';
import { idempotency, newExecution, requestOf, type Accepted, type Request } from './accept.js';
import type { Infrastructure } from '../../infrastructure.js';
import type { Planned } from '../../store/executions/admission.js';
import { writeQuotes } from '../../store/money/quotes.js';
import { change } from '../http/problems.js';
import { at, cost, usd, type Cost } from '../http/shapes.js';
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
  /** With dryRun: the id of its quote. Send it with the execution to start only what was quoted. */
  quoteId: z.uuid().optional(),
  id: z.uuid().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  /** With `quote_changed`: each difference between the quote and the request. */
  changes: z.array(change).optional(),
});
type Result = z.infer<typeof result>;

export function batchRoutes(
  infrastructure: Infrastructure,
  accept: (asked: Request) => Promise<Accepted>,
): Route[] {
  const { workflows, ledger, log, admission } = infrastructure;

  async function quoted(
    caller: Caller,
    workflow: WorkflowVersion,
    body: z.output<typeof newExecution>,
  ): Promise<{ name: string | null; planned: Planned }> {
    const planned = await admission.plan(caller, workflow, requestOf(workflow, body));
    const name = nameFor(workflow.definition, {
      asked: body.name,
      given: body.parameters,
      resolved: planned.resolved,
    });
    return { name, planned };
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
        ...(error instanceof Changed && { changes: [...error.changes] }),
      };
    }
  }

  return [
    route({
      method: 'post',
      path: '/v1/workflows/:workflowId/executions/batch',
      operation: 'createExecutions',
      roles: PAYERS,
      summary: `Create up to ${MOST} executions of a workflow: each is accepted or refused by itself; with dryRun no execution is created, and each is quoted`,
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
          cost: cost.nullable(),
          /** With dryRun: until when the quotes can be accepted. */
          expiresAt: at.nullable(),
          results: z.array(result),
        })
        .meta({ id: 'BatchResult' }),
      handle: async ({ caller, params: { workflowId }, headers, body: { executions, dryRun } }) => {
        const workflow = await workflows.current(workflowId);
        if (!workflow) throw new NotFound('workflow', workflowId);
        const key = headers['idempotency-key'];
        const plans = new Map<number, Planned>();
        const one = (body: z.output<typeof newExecution>, index: number) =>
          tried(index, async () => {
            if (dryRun) {
              const { name, planned } = await quoted(caller, workflow, body);
              plans.set(index, planned);
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
        const quotes = await writeQuotes(
          ledger,
          [...plans.values()].map(({ offer }) => ({ ...caller, offer })),
        );
        const quoteOf = new Map([...plans.keys()].map((index, nth) => [index, quotes[nth]?.id]));
        return {
          body: {
            count: results.filter(({ ok }) => ok).length,
            cost: totalOf([...plans.values()].map(({ quote }) => quote.cost)),
            expiresAt: quotes[0]?.expiresAt ?? null,
            results: results.map((one) => ({
              ...one,
              ...(dryRun && one.ok && { quoteId: quoteOf.get(one.index) }),
            })),
          },
        };
      },
    }),
  ];
}

function totalOf(costs: readonly (Cost | null)[]): Cost | null {
  const known = costs.filter((cost) => cost !== null);
  if (known.length < costs.length || known.length === 0) return null;
  const sum = (end: keyof Cost) => usd(addUsd(...known.map((cost) => cost[end])));
  return { lowUsd: sum('lowUsd'), likelyUsd: sum('likelyUsd'), highUsd: sum('highUsd') };
}

/** A repeated request refers to the same executions. */
const keyOf = (key: string, index: number): string =>
  `${createHash('sha256').update(key).digest('hex')}/${index}`;
