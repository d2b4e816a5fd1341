/** One task of an execution, with its input, its output and all its attempts; and how a person ends it. */
import { z } from 'zod';
import { approversInWords, approversOf, whyNotAllowed } from '../../core/approvals/rule.js';
import { InvalidInput, NotFound, Refused } from '../../core/errors.js';
import { approvalsBefore, givenOutputFaults } from '../../core/executions/steering/skip.js';
import type { WorkflowTask } from '../../core/workflows/workflow.js';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { ATTEMPT_MOVES } from '../../core/status.js';
import { skipTask } from '../../store/executions/control.js';
import { claimsOn, originOf } from '../../store/executions/executions.js';
import { addressesOf, findTask, succeededAmong } from '../../store/executions/tasks.js';
import type { Infrastructure } from '../../infrastructure.js';
import { seesPayloads, type Caller } from '../../store/people/identity.js';
import { showTask, taskShape } from './execution-shape.js';
import { present, presentItems } from './payloads.js';
import { ADMINISTRATORS, EVERYBODY, PAYERS, route, type Route } from '../http/route.js';
import { at, json, money, usd } from '../http/shapes.js';

const attempt = z.strictObject({
  attempt: z.int(),
  status: z.enum(Object.keys(ATTEMPT_MOVES) as [string, ...string[]]),
  usage: z.record(z.string(), json),
  costUsd: money,
  startedAt: at,
  endedAt: at.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  /** The endpoint's address without credentials and query; null for callers who are no administrators, and before the request was sent. */
  address: z.string().nullable(),
  /** What is known of the failed request; null if nothing is. */
  failure: z
    .strictObject({
      /** HTTP status of the response; null if none came. */
      status: z.int().nullable(),
      /** Status of the model's own container, where the provider reports it. */
      modelStatus: z.int().nullable(),
      /** The first kilobyte of the response, sanitised; null for callers who see no payloads. */
      answer: z.string().nullable(),
      /** Why the connection failed, where no response came. */
      cause: z.string().nullable(),
    })
    .nullable(),
});

const taskDetail = taskShape
  .extend({
    input: json,
    /** Of a map: the outputs of its items, in order. Beyond 64 MiB, an item is `{ "$item": { href } }`, the address to read it from. */
    output: json,
    attempts: z.array(attempt),
  })
  .meta({ id: 'TaskDetail' });

const place = z.object({ id: z.uuid(), taskId: z.string().max(100) });
const mapIndexed = counted(RANGES.mapIndex).optional();

export function taskRoutes({ ledger, workflows, blobs, sender, log }: Infrastructure): Route[] {
  async function show(caller: Caller, id: string, taskId: string, mapIndex: number | null) {
    const row = await findTask(ledger, await claimsOn(ledger, caller, id), id, taskId, mapIndex);
    const open = seesPayloads(caller);
    const { definition } = await workflows.version(row.versionId);
    const addresses = ADMINISTRATORS.some((role) => role === caller.role)
      ? await addressesOf(ledger, row.id)
      : new Map<number, string>();
    const isMap =
      mapIndex === null && definition.tasks.some((task) => task.taskId === taskId && task.config.map);
    return {
      ...showTask(
        row,
        definition.tasks.find((task) => task.taskId === taskId),
      ),
      input: open ? await present(blobs, id, row.input) : null,
      output: open
        ? await (isMap ? presentItems(blobs, { id, taskId }, row.output) : present(blobs, id, row.output))
        : null,
      attempts: row.attempts.map(
        ({ attempt, status, usage, costUsd, startedAt, endedAt, failureDetails, ...rest }) => ({
          attempt,
          status,
          usage,
          costUsd: usd(costUsd),
          startedAt,
          endedAt,
          error:
            rest.errorCode === null
              ? null
              : { code: rest.errorCode, message: rest.errorMessage ?? rest.errorCode },
          address: addresses.get(attempt) ?? null,
          failure: failureDetails && { ...failureDetails, answer: open ? failureDetails.answer : null },
        }),
      ),
    };
  }

  return [
    route({
      method: 'get',
      path: '/v1/executions/:id/tasks/:taskId',
      operation: 'getTask',
      roles: EVERYBODY,
      summary: 'Read a task with its input, its output and its attempts',
      params: place,
      query: z.strictObject({ mapIndex: mapIndexed }),
      status: 200,
      response: taskDetail,
      handle: async ({ caller, params: { id, taskId }, query: { mapIndex = null } }) => ({
        body: await show(caller, id, taskId, mapIndex),
      }),
    }),
    route({
      method: 'post',
      path: '/v1/executions/:id/tasks/:taskId/skip',
      operation: 'skipTask',
      roles: PAYERS,
      summary:
        'Skip a task that has not begun or waits; or give its output, and it succeeds with that. What it waits for is cancelled',
      params: place,
      body: z.strictObject({
        output: z.json().optional().meta({ description: 'Its output. Without it the task is skipped.' }),
        reason: z.string().trim().min(1).max(1_000),
        mapIndex: mapIndexed.meta({ description: 'Of a map that has begun: the item to skip, from 0.' }),
      }),
      status: 200,
      response: taskDetail,
      handle: async ({
        caller,
        actor,
        params: { id, taskId },
        body: { output, reason, mapIndex = null },
      }) => {
        const { tenantId } = await claimsOn(ledger, caller, id);
        const { versionId, requesterId } = await originOf(ledger, tenantId, id);
        const { graph } = await workflows.version(versionId);
        if (!graph.has(taskId)) throw new NotFound('task', `${taskId} of execution ${id}`);
        const task = graph.task(taskId);
        const guards = approvalsBefore(graph, [taskId]);
        const passed = await succeededAmong(ledger, id, guards);
        for (const guard of guards)
          if (!passed.has(guard)) mayEnd(graph.task(guard), { tenantId, requesterId }, caller);
        const faults =
          output === undefined ? [] : givenOutputFaults(task, output, 'body.output', mapIndex !== null);
        if (faults.length > 0)
          throw new InvalidInput(`The output of ${taskId} is not valid.`, faults, 'invalid_output');
        const executionIds = await skipTask(ledger, actor, {
          tenantId,
          executionId: id,
          taskId,
          mapIndex,
          output,
          reason,
        });
        sender
          .askToAdvance(executionIds)
          .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId: id }));
        return { body: await show(caller, id, taskId, mapIndex) };
      },
    }),
  ];
}

/** An approval, and what comes after one, is skipped only by those who may decide it. @throws Refused */
export function mayEnd(
  { taskId, type, config: { approval: rule = {} } }: WorkflowTask,
  of: { tenantId: string; requesterId: string },
  caller: Caller,
): void {
  if (type !== 'approval') return;
  const { allowSelf = true } = rule;
  const refusal = whyNotAllowed({ ...of, allowSelf, approvers: approversOf(rule) }, caller);
  if (refusal !== null)
    throw new Refused(
      refusal,
      `The approval ${taskId} may be decided and passed by ${approversInWords(rule)} only.`,
    );
}
