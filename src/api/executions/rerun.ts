/** Continues executions: resumes a paused one, or reruns an ended one as a new execution that reuses its results. */
import { z } from 'zod';
import type { JsonObject } from '../../core/json/json.js';
import { Conflict, InvalidInput, NotFound } from '../../core/errors.js';
import { amount } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { planRerun } from '../../core/executions/steering/rerun.js';
import { areOthers, mayGiveInputs } from '../../core/executions/steering/given-inputs.js';
import { approvalsBefore } from '../../core/executions/steering/skip.js';
import { childWorkflowsOf } from '../../core/workflows/graph.js';
import { isTerminal } from '../../core/status.js';
import { claimsOn } from '../../store/executions/executions.js';
import { readForRerun } from '../../store/executions/rerun.js';
import type { Caller } from '../../store/people/identity.js';
import type { Actor } from '../../store/db/ledger.js';
import type { Infrastructure } from '../../infrastructure.js';
import type { ExecutionRequest } from '../../store/executions/admission.js';
import { mayEnd } from './tasks.js';
import { conditions, idempotency, type Accept } from './accept.js';
import { dryRun, showValidated, wouldAccept, type Validated } from './validated.js';
import { execution } from './execution-shape.js';
import { PAYERS, route, type Answer, type Route } from '../http/route.js';
import { cancel, pause, unpause } from '../../store/executions/control.js';

const byId = z.object({ id: z.uuid() });

export const again = z.strictObject({
  /** This task and all that depend on it run again. Without it, every task that did not succeed runs again. */
  from: z.string().max(100).optional(),
  /** The inputs of tasks, in place of their mappings: these tasks and all that depend on them run again. */
  inputs: z.record(z.string().max(100), z.json()).optional(),
  /** The outputs of tasks that did not succeed: they do not run, and all that depend on them do. */
  skip: z.record(z.string().max(100), z.json()).optional(),
  /** Only these tasks run again, with what depends on them and on edited ones. Others that did not succeed are skipped. */
  only: z.array(z.string().max(100)).min(1).max(1_000).optional(),
  /** Merged over the earlier parameters, name by name. Without `from`, a change makes every task run again. */
  parameters: z.record(z.string(), z.json()).optional(),
  ...conditions,
});

export type Again = z.output<typeof again>;

/** Ways to stop executions, and to continue those that stopped, for one or for many. */
export interface Continuation {
  /** @throws NotFound, Conflict */
  cancel: (caller: Caller, id: string, actor: Actor) => Promise<void>;
  /** @returns the id of the new execution. @throws NotFound, Conflict, and what `accept` throws */
  rerun: (caller: Caller, id: string, asked: Again, idempotencyKey: string | undefined) => Promise<string>;
  /** Does all of `rerun` but the insert. @throws what `rerun` throws */
  validateRerun: (
    caller: Caller,
    id: string,
    asked: Again,
    idempotencyKey: string | undefined,
  ) => Promise<Validated>;
  /** @throws NotFound, Conflict */
  resume: (caller: Caller, id: string, actor: Actor) => Promise<void>;
}

/** What a rerun requests. @throws NotFound, Conflict */
export const makeRerunRequest =
  ({ ledger, workflows }: Pick<Infrastructure, 'ledger' | 'workflows'>) =>
  async (caller: Caller, id: string, asked: Again): Promise<ExecutionRequest> => {
    const { tenantId } = await claimsOn(ledger, caller, id);
    if (tenantId !== caller.tenantId) throw foreign(id);
    const earlier = await readForRerun(ledger, tenantId, id);
    if (!isTerminal('execution', earlier.status)) {
      throw new Conflict(
        'execution_live',
        `Execution ${earlier.id} is ${earlier.status}. Wait until it has ended, or cancel it.`,
      );
    }
    if (!(await workflows.current(earlier.workflowId))) throw new NotFound('workflow', earlier.workflowId);
    const workflow = await workflows.version(earlier.versionId);
    const { from = null, inputs, skip, only, parameters = {}, ...how } = asked;
    const given = { ...earlier.parameters, ...parameters };
    if (from !== null) workflow.graph.task(from);
    const isAdmin = caller.role === 'platform_admin';
    const isOther = areOthers(workflow.definition, earlier, given, { tier: caller.tier, isAdmin });
    const isAnew = from === null && !only && isOther;
    const edits = { inputs, skip, only };
    const plan = planRerun(workflow.graph, earlier.tasks, edits, { from, isAnew, isOther });
    mayGiveInputs(workflow.graph, earlier.models, Object.keys(inputs ?? {}), { isAdmin });
    const { requesterId } = earlier;
    for (const guard of approvalsBefore(workflow.graph, [...Object.keys(skip ?? {}), ...plan.leftOut]))
      if (!plan.reused.has(guard)) mayEnd(workflow.graph.task(guard), { tenantId, requesterId }, caller);
    const { reused: taskIds, keptInputs, leftOut } = plan;
    const isEdited = inputs ?? skip ?? only ?? (keptInputs.length > 0 || undefined);
    const made = new Set(
      earlier.tasks.flatMap(({ taskId, modelId }) => (taskIds.has(taskId) ? [modelId] : [])),
    );
    const models = Object.fromEntries(Object.entries(earlier.models).filter(([id]) => made.has(id)));
    const { name, priority, tags, budgetUsd, webhookUrl } = earlier;
    return {
      // With other parameters it is another subject, so the name is not reused.
      ...(name !== null && Object.keys(parameters).length === 0 && { name }),
      // An expedited priority is not inherited.
      priority: priority || undefined,
      tags,
      budgetUsd,
      webhookUrl,
      ...how,
      workflow,
      given,
      reuse: { taskIds: new Set([...taskIds, ...Object.keys(skip ?? {}), ...leftOut]), models },
      childVersions: earlier.childVersions,
      rerun: {
        of: earlier.id,
        taskIds: [...taskIds],
        // Its children may take over files of the earlier ones.
        origins:
          taskIds.size > 0 || childWorkflowsOf(workflow.definition).length > 0
            ? [...earlier.origins, earlier.id]
            : [],
        edits: isEdited && { ...edits, keptInputs, leftOut },
      },
    };
  };

export function makeContinuation(
  { ledger, workflows, sender, log }: Infrastructure,
  { accept, validate }: Accept,
): Continuation {
  const requestFor = makeRerunRequest({ ledger, workflows });
  const rerunOf = (caller: Caller, id: string, asked: Again, idempotencyKey: string | undefined) => ({
    caller,
    body: { rerunOf: id, body: asked as JsonObject },
    idempotencyKey,
    read: () => requestFor(caller, id, asked),
  });

  function tell(executionIds: string[]): void {
    sender
      .askToAdvance(executionIds)
      .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionIds }));
  }

  return {
    async cancel(caller, id, actor) {
      const { tenantId } = await claimsOn(ledger, caller, id);
      tell(await cancel(ledger, tenantId, id, actor));
    },
    rerun: async (...asked) => (await accept(rerunOf(...asked))).id,
    validateRerun: (...asked) => validate(rerunOf(...asked)),
    async resume(caller, id, actor) {
      const { tenantId } = await claimsOn(ledger, caller, id);
      tell(await unpause(ledger, tenantId, id, actor));
    },
  };
}

export function rerunRoutes(
  { ledger }: Infrastructure,
  { rerun, validateRerun, resume }: Continuation,
  show: (caller: Caller, id: string) => Promise<unknown>,
): Route[] {
  const answer = async (caller: Caller, id: string): Promise<Answer> => ({
    headers: { Location: `/v1/executions/${id}` },
    body: await show(caller, id),
  });

  return [
    route({
      method: 'post',
      path: '/v1/executions/:id/pause',
      operation: 'pauseExecution',
      roles: PAYERS,
      summary:
        'Pause an execution: running tasks may finish, no other task starts, and its clocks stand still; only its deadline does not',
      params: byId,
      body: z.strictObject({}).optional(),
      status: 200,
      response: execution,
      handle: async ({ caller, params: { id }, actor }) => {
        const { tenantId } = await claimsOn(ledger, caller, id);
        await pause(ledger, tenantId, id, actor);
        return { body: await show(caller, id) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/executions/:id/resume',
      operation: 'resumeExecution',
      roles: PAYERS,
      summary:
        'Resume a paused execution; or continue one that reached its budgetUsd, as a new execution that does what is left',
      params: byId,
      headers: idempotency,
      body: z
        .strictObject({ budgetUsd: amount(RANGES.budget).optional(), quoteId: conditions.quoteId })
        .optional(),
      status: 202,
      response: execution,
      handle: async ({ caller, params: { id }, headers, body: { budgetUsd, quoteId } = {}, actor }) => {
        const { tenantId } = await claimsOn(ledger, caller, id);
        const { status, errorCode } = await readForRerun(ledger, tenantId, id);
        if (status !== 'failed' || errorCode !== 'budget_exceeded') {
          await resume(caller, id, actor);
          return answer(caller, id);
        }
        if (budgetUsd === undefined) {
          throw new InvalidInput('Give the maximum cost of the rest. Earlier costs do not count.', [
            { path: 'budgetUsd', message: 'is required' },
          ]);
        }
        return answer(caller, await rerun(caller, id, { budgetUsd, quoteId }, headers['idempotency-key']));
      },
    }),
    route({
      method: 'post',
      path: '/v1/executions/:id/rerun',
      operation: 'rerunExecution',
      roles: PAYERS,
      summary:
        'Rerun an execution as a new one that reuses what succeeded; `inputs` edits inputs, `skip` gives outputs, `only` leaves other failures out; its budgetUsd counts new costs only',
      params: byId,
      query: dryRun,
      headers: idempotency,
      body: again.optional(),
      status: 202,
      response: execution,
      otherwise: wouldAccept,
      handle: async ({ caller, params: { id }, query, headers, body = {} }) => {
        const key = headers['idempotency-key'];
        if (query.dryRun)
          return { status: 200, body: showValidated(await validateRerun(caller, id, body, key)) };
        return answer(caller, await rerun(caller, id, body, key));
      },
    }),
  ];
}

const foreign = (id: string) =>
  new Conflict(
    'foreign_tenant',
    `Execution ${id} belongs to another tenant, which would pay. Only its own users can rerun it.`,
  );
