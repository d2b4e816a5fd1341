/** One action for many executions. Each succeeds or is refused by itself, and has its own result. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InvalidInput, NotFound, RadiantError } from '../../core/errors.js';
import { instant } from '../../core/validation/ranged-schemas.js';
import { isTerminal, type ExecutionStatus } from '../../core/status.js';
import { list } from '../../store/executions/execution-list.js';
import { claimsOn, statusesOf } from '../../store/executions/executions.js';
import type { Caller } from '../../store/people/identity.js';
import type { Actor } from '../../store/db/ledger.js';
import { idempotency } from './accept.js';
import type { Infrastructure } from '../../infrastructure.js';
import { executionStatus } from './execution-shape.js';
import { known } from '../http/problems.js';
import type { Continuation } from './rerun.js';
import { PAYERS, route, type Route } from '../http/route.js';
import { pause } from '../../store/executions/control.js';

const MOST = 1_000;
/** How many are changed concurrently, so that other callers are still served. */
const TOGETHER = 8;

const ACTIONS = ['cancel', 'pause', 'resume', 'rerun'] as const;
type Action = (typeof ACTIONS)[number];

/** The states in which an execution accepts an action, and the error code in other states. */
const TAKES: Record<Action, { when: (status: ExecutionStatus) => boolean; otherwise: string }> = {
  cancel: { when: (status) => !isTerminal('execution', status), otherwise: 'already_ended' },
  pause: { when: (status) => status === 'pending' || status === 'running', otherwise: 'not_running' },
  resume: { when: (status) => status === 'paused', otherwise: 'not_paused' },
  rerun: { when: (status) => isTerminal('execution', status), otherwise: 'execution_live' },
};

export const filters = {
  status: executionStatus.optional(),
  workflowId: z.string().max(100).optional(),
  modelId: z.string().max(100).optional(),
  from: instant.optional(),
  to: instant.optional(),
  tag: z.string().max(100).optional(),
  /** The execution that runs them. Without it and without q, only executions that no other one runs. */
  parentId: z.uuid().optional(),
  /** The start of an id, words of its name, a part of a workflow's name, or a tag. */
  q: z.string().trim().min(1).max(100).optional(),
};
const filter = z.strictObject(filters);

const result = z.strictObject({
  id: z.uuid(),
  ok: z.boolean(),
  /** For a rerun: the new execution. */
  newId: z.uuid().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
});
type Result = z.infer<typeof result>;

export function bulkRoutes(
  { ledger, log }: Infrastructure,
  { cancel, rerun, resume }: Continuation,
): Route[] {
  /** All given ids; of a filter, the executions that accept the action. @throws InvalidInput for too many executions */
  async function chosen(caller: Caller, action: Action, { ids, filter = {} }: Wanted): Promise<string[]> {
    if (ids) return [...new Set(ids)];
    const found = await list(ledger, caller, filter, { limit: MOST + 1 });
    if (found.length > MOST) {
      throw new InvalidInput(`More than ${MOST} executions match. Narrow the filter.`, [
        { path: 'filter', message: `must match ${MOST} executions at most` },
      ]);
    }
    return found.flatMap(({ id, status }) => (TAKES[action].when(status) ? [id] : []));
  }

  const actions: Record<
    Action,
    (caller: Caller, id: string, by: { actor: Actor; key: string | undefined }) => Promise<Partial<Result>>
  > = {
    async cancel(caller, id, { actor }) {
      await cancel(caller, id, actor);
      return {};
    },
    async pause(caller, id, { actor }) {
      await pause(ledger, (await claimsOn(ledger, caller, id)).tenantId, id, actor);
      return {};
    },
    async resume(caller, id, { actor }) {
      await resume(caller, id, actor);
      return {};
    },
    rerun: async (caller, id, { key }) => ({ newId: await rerun(caller, id, {}, key && keyOf(key, id)) }),
  };

  async function tried(id: string, action: () => Promise<Partial<Result>>): Promise<Result> {
    try {
      return { id, ok: true, ...(await action()) };
    } catch (error) {
      const expected = known(error);
      if (expected) return { id, ok: false, code: expected.code, detail: expected.message };
      log.error('bulk.failed', error, { executionId: id });
      return { id, ok: false, code: 'internal', detail: 'An internal error occurred. Try this one again.' };
    }
  }

  return [
    route({
      method: 'post',
      path: '/v1/executions/bulk',
      operation: 'changeExecutions',
      roles: PAYERS,
      summary: `Cancel, pause, resume or rerun up to ${MOST} executions; with dryRun nothing is changed and the affected executions are returned`,
      headers: idempotency,
      body: z
        .strictObject({
          action: z.enum(ACTIONS),
          ids: z.array(z.uuid()).min(1).max(MOST).optional(),
          /** Selects all matching executions that accept the action. Those that have ended are not cancelled again. */
          filter: filter.optional(),
          dryRun: z.boolean().default(false),
        })
        .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
          path: ['ids'],
          error: 'give either ids or a filter',
        }),
      status: 200,
      response: z
        .strictObject({
          /** How many were changed, or would be with dryRun. */
          count: z.int(),
          results: z.array(result),
        })
        .meta({ id: 'BulkResult' }),
      handle: async ({ caller, headers, body: { action, dryRun, ...wanted }, actor }) => {
        const ids = await chosen(caller, action, wanted);
        const statuses = dryRun ? await statusesOf(ledger, caller, ids) : new Map<string, ExecutionStatus>();
        const would = async (id: string) => {
          const status = statuses.get(id);
          if (!status) throw new NotFound('execution', id);
          const { when, otherwise } = TAKES[action];
          if (!when(status)) throw new RadiantError(otherwise, `Execution ${id} is ${status}.`);
          return {};
        };
        const results: Result[] = [];
        for (let from = 0; from < ids.length; from += TOGETHER) {
          const some = ids.slice(from, from + TOGETHER);
          results.push(
            ...(await Promise.all(
              some.map((id) =>
                tried(id, () =>
                  dryRun
                    ? would(id)
                    : actions[action](caller, id, { actor, key: headers['idempotency-key'] }),
                ),
              ),
            )),
          );
        }
        return { body: { count: results.filter(({ ok }) => ok).length, results } };
      },
    }),
  ];
}

interface Wanted {
  ids?: string[] | undefined;
  filter?: z.output<typeof filter> | undefined;
}

/** A repeated request refers to the same reruns. */
const keyOf = (key: string, id: string): string => `${createHash('sha256').update(key).digest('hex')}/${id}`;
