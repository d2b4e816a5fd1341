/** Cancels, pauses and resumes executions, each with the executions that it runs, and skips single tasks. */
import { Conflict, NotFound } from '../../core/errors.js';
import { whyNotSkipped, type Skippable } from '../../core/executions/steering/skip.js';
import type { Json } from '../../core/json/json.js';
import type { Actor, Ledger, Session, Statement } from '../db/ledger.js';
import { relativesToAdvance } from './children.js';
import { lockTree } from './tree.js';

/**
 * Cancels an execution at once: no task starts any more, and workers stop running tasks after a notification. Requests that
 * endpoints have received are still charged.
 *
 * @returns the id of the execution that waits for it, if there is one: it is to be advanced
 * @throws NotFound, Conflict `already_ended`
 */
export async function cancel(
  ledger: Ledger,
  tenantId: string,
  executionId: string,
  actor: Actor,
): Promise<string[]> {
  return ledger.as(actor, async (session) => {
    const { execution, live } = await lockTree(session, tenantId, executionId);
    if (execution.status === 'cancelled') return [];
    if (execution.ended) {
      throw new Conflict(
        'already_ended',
        `Execution ${executionId} has ${execution.status}: there is nothing to cancel.`,
      );
    }
    await end(session, live);
    return relativesToAdvance(session, [executionId]);
  });
}

/** Cancels an execution unless it has ended. @throws NotFound */
export async function cancelLive(session: Session, tenantId: string, executionId: string): Promise<void> {
  const { execution, live } = await lockTree(session, tenantId, executionId);
  if (!execution.ended) await end(session, live);
}

async function end(session: Session, executionIds: readonly string[]): Promise<void> {
  await endTasks(session, executionIds);
  await session.query(
    `update workflow_executions set status = 'cancelled', completed_at = ledger_now() where id = any ($1::uuid[])`,
    [executionIds],
  );
}

/** Cancels all tasks that have not ended. The executions must be locked. */
export async function endTasks(session: Session, executionIds: readonly string[]): Promise<void> {
  await session.query(
    `update task_executions
     set status = 'cancelled', completed_at = ledger_now(), lease_owner = null, lease_until = null
     where workflow_execution_id = any ($1::uuid[]) and completed_at is null`,
    [executionIds],
  );
}

/**
 * Pauses an execution: no task starts until it is resumed, running tasks may finish, and queued tasks leave the queue. A
 * trigger notes the time: all its clocks stand still, but not its deadline.
 *
 * @throws NotFound, Conflict `execution_ended`
 */
export async function pause(
  ledger: Ledger,
  tenantId: string,
  executionId: string,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const { execution, live } = await lockTree(session, tenantId, executionId);
    if (execution.ended) throw hasEnded(executionId, execution.status);
    await session.query(
      `update workflow_executions set status = 'paused' where id = any ($1::uuid[]) and status in ('pending', 'running')`,
      [live],
    );
    await session.query(
      `update task_executions set status = 'ready' where workflow_execution_id = any ($1::uuid[]) and status = 'queued'`,
      [live],
    );
  });
}

/**
 * Resumes a paused execution: its runnable tasks queue again, and what was to come is due as much later as it was paused.
 *
 * @returns the ids of all executions that go on
 * @throws NotFound, Conflict `execution_ended`, `not_paused` or `parent_paused`
 */
export async function unpause(
  ledger: Ledger,
  tenantId: string,
  executionId: string,
  actor: Actor,
): Promise<string[]> {
  return ledger.as(actor, async (session) => {
    const { execution, live, parent } = await lockTree(session, tenantId, executionId);
    if (execution.ended) throw hasEnded(executionId, execution.status);
    if (parent?.status === 'paused')
      throw new Conflict('parent_paused', `Execution ${parent.id}, which runs it, is paused: resume that.`);
    if (execution.status !== 'paused') {
      throw new Conflict(
        'not_paused',
        `Execution ${executionId} is ${execution.status}: there is nothing to resume.`,
      );
    }
    await session.query(MOVE_CLOCKS, [live]);
    await session.query(
      `update task_executions set status = 'ready', ready_at = ledger_now()
       where workflow_execution_id = any ($1::uuid[]) and status in ('ready', 'queued')`,
      [live],
    );
    const resumed = await session.query<{ id: string }>(
      // Held-back tasks are decided again, even if the message to the scheduler is lost.
      `update workflow_executions
       set status = case when started_at is null then 'pending' else 'running' end, decide_whole = true, advanced_at = null
       where id = any ($1::uuid[]) and status = 'paused'
       returning id`,
      [live],
    );
    return resumed.map(({ id }) => id);
  });
}

/** What was due before the pause is due still. A retry that was set during the pause is moved by what was left of it. */
const MOVE_CLOCKS: Statement = {
  name: 'move_clocks',
  text: `update task_executions t set not_before = t.not_before + (ledger_now() - greatest(e.paused_at, t.ready_at))
     from workflow_executions e
     where e.id = any ($1::uuid[]) and e.status = 'paused' and t.workflow_execution_id = e.id
       and t.completed_at is null and t.status <> 'running' and t.not_before > e.paused_at`,
};

const hasEnded = (executionId: string, status: string): Conflict =>
  new Conflict(
    'execution_ended',
    `Execution ${executionId} has ${status}: rerun it to run the remaining tasks in a new execution.`,
  );

export interface Skip {
  tenantId: string;
  executionId: string;
  taskId: string;
  mapIndex: number | null;
  /** Without it the task is skipped, else it succeeds with this output. */
  output: Json | undefined;
  reason: string;
}

/**
 * Ends a task that is not running, in place of its work. The execution that it waits for is cancelled. The same request of the
 * same person again changes nothing.
 *
 * @returns the ids of executions that are to be advanced
 * @throws NotFound, Conflict `execution_ended`, `task_ended`, `task_running`, `map_expanded`
 */
export async function skipTask(ledger: Ledger, actor: Actor, skip: Skip): Promise<string[]> {
  const { tenantId, executionId, output, reason } = skip;
  return ledger.as(actor, async (session) => {
    const { execution } = await lockTree(session, tenantId, executionId);
    const { id, isAgain, ...task } = await readSkippable(session, skip);
    if (isAgain) return [];
    if (execution.ended)
      throw new Conflict(
        'execution_ended',
        `Execution ${executionId} has ${execution.status}: rerun it, and give the output of ${skip.taskId} with \`skip\`.`,
      );
    const refusal = whyNotSkipped(task);
    if (refusal) throw refusal;
    // The event of this end makes the scheduler decide, even if its message is lost.
    await session.query(
      `update task_executions
       set status = case when $2::jsonb is null then 'skipped' else 'succeeded' end, completed_at = ledger_now(), output_data = $2,
         ended_by = ${PERSON}, ended_reason = $3::varchar, error_code = null, error_class = null,
         error_message = case when $2::jsonb is null then $3::varchar end, not_before = null, wait_signal = null
       where id = $1 and status in ('pending', 'ready', 'queued', 'waiting')`,
      [id, output === undefined ? null : JSON.stringify(output), reason],
    );
    const children = await session.query<{ id: string }>(CHILDREN_OF_TASK, [id]);
    await mustNotPassApprovals(
      session,
      children.map((child) => child.id),
    );
    if (children.length > 0)
      await end(
        session,
        children.map((child) => child.id),
      );
    return [executionId];
  });
}

/** @throws Conflict `approval_waits` */
async function mustNotPassApprovals(session: Session, executionIds: readonly string[]): Promise<void> {
  if (executionIds.length === 0) return;
  const [approval] = await session.query<{ executionId: string }>(
    `select workflow_execution_id as execution_id from approvals
     where workflow_execution_id = any ($1::uuid[]) and status = 'waiting' limit 1`,
    [executionIds],
  );
  if (approval)
    throw new Conflict(
      'approval_waits',
      `Execution ${approval.executionId}, which the task runs, waits for an approval: decide that first.`,
    );
}

const PERSON = `coalesce(actor_name(tenant_id), 'Radiant')`;

/** The execution must be locked. @throws NotFound */
async function readSkippable(
  session: Session,
  { executionId, taskId, mapIndex, output, reason }: Skip,
): Promise<Skippable & { id: string; isAgain: boolean }> {
  const [task] = await session.query<Skippable & { id: string; isAgain: boolean }>(
    `select id, task_id, map_index, status,
       exists (select from task_attempts a where a.task_execution_id = t.id and a.status = 'running') as is_sent,
       map_index is null and exists (
         select from task_executions i
         where i.workflow_execution_id = t.workflow_execution_id and i.task_id = t.task_id and i.map_index >= 0) as has_items,
       (ended_by, ended_reason) is not distinct from (${PERSON}, $4::varchar)
         and status = case when $5::jsonb is null then 'skipped' else 'succeeded' end
         and output_data is not distinct from $5::jsonb as is_again
     from task_executions t where workflow_execution_id = $1 and task_id = $2 and map_index is not distinct from $3`,
    [executionId, taskId, mapIndex, reason, output === undefined ? null : JSON.stringify(output)],
  );
  if (!task) throw new NotFound('task', `${taskId} of execution ${executionId}`);
  return task;
}

/** Live executions below a task. */
const CHILDREN_OF_TASK: Statement = {
  name: 'children_of_task',
  text: `with recursive below as (
       select e.id from workflow_executions e where e.parent_task_id = $1 and e.completed_at is null
       union all
       select c.id from below, lateral (
         select c.id from workflow_executions c where c.parent_id = below.id and c.completed_at is null offset 0
       ) c
     )
     select id from below`,
};
