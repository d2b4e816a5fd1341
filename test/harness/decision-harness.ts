/** Executions of any definition in a system without services: the test decides, and moves tasks as workers would. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { diskBlobs } from '../../src/blobs/disk.js';
import { childWorkflowsOf } from '../../src/core/workflows/graph.js';
import { drawWorkflow } from '../../src/core/testing/workflow-drawing.js';
import { resultsByTask } from '../../src/core/executions/results.js';
import type { Execution, Task, WorkflowDefinition } from '../../src/core/workflows/workflow.js';
import type { Log } from '../../src/log.js';
import { makeAdvance } from '../../src/scheduler/advance.js';
import { insertExecutions } from '../../src/store/executions/insert.js';
import { listen } from '../../src/store/db/notifications.js';
import { addUser } from '../../src/store/people/identity.js';
import { SYSTEM, type Ledger } from '../../src/store/db/ledger.js';
import { openWorkflows } from '../../src/store/workflows/versions.js';
import type { TestSystem } from './system.js';
import type { Json, JsonObject } from '../../src/core/json/json.js';
import { pause, unpause } from '../../src/store/executions/control.js';

const QUIET: Log = {
  info: () => {},
  warn: () => {},
  error: () => {},
};

export interface Rows {
  execution: Execution & { output: Json; errorCode: string | null; errorMessage: string | null };
  tasks: Task[];
  /** Time of the latest decision. */
  advancedAt: Date;
}

export interface DecisionHarness {
  /** Accepts an execution of this definition; returns its id. */
  begin(definition: WorkflowDefinition, parameters?: JsonObject): Promise<string>;
  /** The scheduler's own function. */
  advance(executionId: string): Promise<void>;
  read(executionId: string): Promise<Rows>;
  pause(executionId: string): Promise<void>;
  resume(executionId: string): Promise<void>;
  /** The number of recorded transitions. */
  countEvents(executionId: string): Promise<number>;
  stop(): Promise<void>;
}

/** @param smallUpTo as for `makeDecide` */
export async function openDecisionHarness(
  system: TestSystem,
  {
    smallUpTo,
    log = QUIET,
    ledger = system.ledger,
    dispatch = async () => {},
  }: { smallUpTo?: number; log?: Log; ledger?: Ledger; dispatch?: () => Promise<void> } = {},
): Promise<DecisionHarness> {
  const { owner, servers, config } = system;
  const events = await listen(servers.databaseUrl, () => {});
  const workflows = openWorkflows(ledger, events);
  const blobs = diskBlobs(join(config.dataDir, 'blobs'));
  const user = await addUser(ledger, {
    tenant: { name: 'deciders', tier: 5 },
    email: `u${randomBytes(4).toString('hex')}@deciders.test`,
    role: 'tenant_user',
  });
  const prefix = randomBytes(4).toString('hex');
  let versions = 0;
  async function publish(definition: WorkflowDefinition) {
    const name = `w${prefix}${(versions += 1)}`;
    const [row] = await ledger.as(SYSTEM, (session) =>
      session.query<{ versionId: string; workflowUuid: string }>(
        `with workflow as (
           insert into workflow_definitions (workflow_id, name, category, dag_definition)
           values ($1, $1, 'test', '{"nodes": [], "edges": []}') returning id
         )
         insert into workflow_versions (workflow_id, version, definition, hash)
         select id, '1.0.0', $2, $1 from workflow returning id as version_id, workflow_id as workflow_uuid`,
        [name, JSON.stringify(definition)],
      ),
    );
    if (!row) throw new Error('the version was not written');
    return row;
  }
  // What every sub-workflow runs. Nobody advances it: the tests end the tasks that wait for it.
  const child = await publish(drawWorkflow('inner'));
  return {
    async begin(definition, parameters = {}) {
      const { versionId, workflowUuid } = await publish(definition);
      const childVersions = childWorkflowsOf(definition).map((id) => [id, child.versionId]);
      const opened = await insertExecutions(ledger, {
        ...user,
        versionId,
        workflowUuid,
        definition,
        parameters,
        resolvedParameters: parameters,
        models: {},
        childVersions: Object.fromEntries(childVersions) as Record<string, string>,
        estimate: { usd: '0', basis: 'none' },
      });
      return opened.id;
    },
    advance: makeAdvance({
      ledger,
      workflows,
      blobs,
      dispatch,
      askToAdvance: async () => undefined,
      log,
      ...(smallUpTo !== undefined && { smallUpTo }),
    }),
    async read(executionId) {
      const [execution] = await ledger.query<Rows['execution'] & { advancedAt: Date }>(
        `select id, status, resolved_parameters as parameters, created_at, started_at, deadline,
           paused_at, paused_seconds::float8 as paused_seconds, actual_cost_usd as spent_usd,
           budget_usd, output_data as output, error_code, error_message, advanced_at
         from workflow_executions where id = $1`,
        [executionId],
      );
      const tasks = await ledger.query<Task & { errorCode: string | null; errorMessage: string }>(
        `select id, task_id, map_index, status, attempt_number as attempt, output_data as output, error_code, error_message, not_before
         from task_executions where workflow_execution_id = $1 order by task_id, map_index nulls first`,
        [executionId],
      );
      const results = resultsByTask(tasks);
      if (!execution) throw new Error(`no execution ${executionId}`);
      return {
        execution,
        advancedAt: execution.advancedAt,
        tasks: tasks.map(({ errorCode, errorMessage, ...task }) => ({
          ...task,
          output: (task.mapIndex === null ? results[task.taskId]?.output : task.output) ?? null,
          error: errorCode === null ? null : { code: errorCode, message: errorMessage },
        })),
      };
    },
    pause: (executionId) => pause(ledger, user.tenantId, executionId, SYSTEM),
    resume: async (executionId) => {
      await unpause(ledger, user.tenantId, executionId, SYSTEM);
    },
    async countEvents(executionId) {
      const { rows } = await owner.query<{ count: string }>(
        'select count(*) from execution_events where workflow_execution_id = $1',
        [executionId],
      );
      return Number(rows[0]?.count);
    },
    async stop() {
      workflows.stop();
      await events.stop();
    },
  };
}
