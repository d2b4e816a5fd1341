/** The ledger applies decisions exactly: for every graph, the rows afterwards equal the decision. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { advance } from '../../src/core/executions/advance.js';
import { beginsExecution } from '../../src/scheduler/decisions/decide-whole.js';
import { ended } from '../../src/core/executions/execution-state.js';
import type { Graph } from '../../src/core/workflows/graph.js';
import { OUTCOMES } from '../../src/core/approvals/decision.js';
import { decideApproval } from '../../src/store/approvals/decide.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { follow } from '../../src/core/testing/workflow-drawing.js';
import type { Task } from '../../src/core/workflows/workflow.js';
import { openDecisionHarness, type DecisionHarness } from '../harness/decision-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants } from '../harness/invariants.js';
import {
  anyGraph,
  anyNumbers,
  nextStatusOf,
  graphOf,
  PARAMETERS,
} from '../../src/core/testing/random-graphs.js';
import type { Json } from '../../src/core/json/json.js';

let system: TestSystem;
/** `whole` always loads all tasks; `parts` loads only what is new, as for large graphs. */
let whole: DecisionHarness;
let parts: DecisionHarness;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  whole = await openDecisionHarness(system, { smallUpTo: 1_000 });
  parts = await openDecisionHarness(system, { smallUpTo: 0 });
});
afterAll(async () => {
  await whole.stop();
  await parts.stop();
  await system.stop();
});

/** The task fields that must be equal in the ledger and in memory. */
const shown = (tasks: readonly Task[], dated = true) =>
  tasks
    .map(({ taskId, mapIndex, status, error, notBefore }) => ({
      row: `${taskId} ${mapIndex ?? ''}`,
      status,
      error: status === 'failed' ? error : null,
      ...(dated && status === 'waiting' && { notBefore: notBefore?.getTime() ?? null }),
    }))
    .sort((a, b) => (a.row < b.row ? -1 : 1));

/** A person decides, unless it is too late: then the next decision ends the approval. */
async function answer(
  graph: Graph,
  executionId: string,
  { id, taskId }: Task,
  choice: number,
): Promise<void> {
  const [row] = await system.ledger.query<{ tenantId: string }>(
    'select tenant_id from approvals where id = $1',
    [id],
  );
  const { approval: rule = {} } = graph.task(taskId).config;
  const outcome = OUTCOMES[choice % 2] ?? 'approved';
  const decision = { outcome, comment: null, form: null };
  await decideApproval(system.ledger, SYSTEM, {
    id,
    tenantId: String(row?.tenantId),
    executionId,
    rule,
    answer: decision,
    idempotencyKey: undefined,
  }).catch((error: unknown) => expect(error).toMatchObject({ code: 'approval_timed_out' }));
}

/** Moves a task as a worker, a signal or the passing of time would. */
async function happen(task: Task, status: Task['status'], output: Json): Promise<void> {
  await system.owner.query(
    `update task_executions set status = $2::text, ready_at = coalesce(ready_at, ledger_now()),
       started_at = case when $2::text = 'running' then coalesce(started_at, ledger_now()) else started_at end,
       lease_owner = case when $2::text = 'running' then 'w' end, lease_until = case when $2::text = 'running' then ledger_now() end,
       completed_at = case when $3 then ledger_now() end, output_data = case when $2::text = 'succeeded' then $4::jsonb end,
       error_code = case when $2::text = 'failed' then 'boom' end, error_message = case when $2::text = 'failed' then 'It broke.' end
     where id = $1`,
    [task.id, status, ended({ status }), JSON.stringify(output)],
  );
}

/** Ends the child of a task, and with it the task. */
async function endChild(task: Task, status: Task['status'], output: Json): Promise<void> {
  await system.owner.query(
    `with child as (
       update workflow_executions set status = $2::text, completed_at = ledger_now(), output_data = $3::jsonb,
         error_code = case when $2::text = 'failed' then 'boom' end, error_message = case when $2::text = 'failed' then 'It broke.' end
       where parent_task_id = $1 and completed_at is null returning id
     )
     update task_executions set status = 'cancelled', completed_at = ledger_now()
     where workflow_execution_id in (select id from child) and completed_at is null`,
    [task.id, status, JSON.stringify(output)],
  );
}

async function live(harness: DecisionHarness, graph: Graph, next: () => number): Promise<void> {
  const id = await harness.begin(graph.definition, PARAMETERS);
  for (let round = 0; ; round += 1) {
    expect(round).toBeLessThan(500);
    const before = await harness.read(id);
    await harness.advance(id);
    const after = await harness.read(id);
    const moves = advance(graph, before.execution, before.tasks, after.advancedAt);
    expect(shown(after.tasks)).toEqual(shown(follow(before.tasks, moves)));
    const finish = moves.find((move) => move.kind === 'finish');
    const { status } = before.execution;
    // It begins with its first task, or with its first wait for a signal, a person or a child.
    const begins = status === 'pending' && moves.some(beginsExecution);
    expect(after.execution.status).toBe(finish?.status ?? (begins ? 'running' : status));
    if (finish) {
      expect(after.execution).toMatchObject({
        output: finish.output,
        errorCode: finish.error?.code ?? null,
        errorMessage: finish.error?.message ?? null,
      });
      expect(after.tasks.every(ended)).toBe(true);
      return;
    }
    const eventsBefore = await harness.countEvents(id);
    await harness.advance(id);
    expect(await harness.countEvents(id)).toBe(eventsBefore);
    if (next() % 10 === 0)
      await (after.execution.status === 'paused' ? harness.resume(id) : harness.pause(id));
    // Time passes for tasks that wait for it.
    await system.owner.query(
      `update task_executions set not_before = not_before - interval '1 hour'
       where workflow_execution_id = $1 and status = 'waiting'`,
      [id],
    );
    for (const task of after.tasks) {
      if (ended(task) || task.status === 'pending' || next() % 2 === 0) continue;
      const choice = next();
      const status = nextStatusOf(graph, task, choice);
      if (graph.task(task.taskId).type === 'approval') await answer(graph, id, task, choice);
      else if (isRunningChild(graph, task)) await endChild(task, status, choice % 4);
      else if (status !== task.status) await happen(task, status, choice % 4);
    }
  }
}

const isRunningChild = (graph: Graph, { taskId, mapIndex, status }: Task): boolean => {
  const { type, config } = graph.task(taskId);
  return type === 'workflow' && status === 'waiting' && (mapIndex !== null || !config.map);
};

test.each([
  ['as a whole', () => whole],
  ['part by part', () => parts],
])(
  'decided %s, each row changes once and as decided, until the execution has ended',
  async (_, harnessOf) => {
    await fc.assert(
      fc.asyncProperty(anyGraph, anyNumbers, (shapes, numbers) =>
        live(harnessOf(), graphOf(shapes), () => Number(numbers.next().value)),
      ),
      { numRuns: 15, endOnFailure: true },
    );
    // Children whose tasks were cancelled end with their next decision.
    const { rows: left } = await system.owner.query<{ id: string }>(
      'select id from workflow_executions where parent_id is not null and completed_at is null',
    );
    for (const { id } of left) await harnessOf().advance(id);
    await expectInvariants(system);
  },
);
