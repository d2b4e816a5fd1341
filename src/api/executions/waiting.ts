/** The reason why an execution waits: that of its first task that could run but does not. */
import { timeScaleOf } from '../../config.js';
import { whyWaiting, type Waiting, type WhyWaiting } from '../../core/executions/wait-reason.js';
import { compareUsd } from '../../core/money/money.js';
import { isTerminal, type TaskStatus } from '../../core/status.js';
import type { WorkflowDefinition } from '../../core/workflows/workflow.js';
import { openTasks, placesInQueue, type SummaryRow } from '../../store/executions/execution-list.js';
import { readSummaries, type ExecutionRow } from '../../store/executions/executions.js';
import { readOutage } from '../../store/storage-outages.js';
import type { TaskRow } from '../../store/executions/tasks.js';
import { readHeat } from '../../store/thermal/heat.js';
import { waitedModel } from '../../store/scheduling/waited-model.js';
import type { Infrastructure } from '../../infrastructure.js';

type Live = ExecutionRow & { tasks: TaskRow[] };

/** A wait reason, and whether other tasks of the execution run meanwhile. */
export type Held = Waiting & { nothingRuns: boolean };

/** Null for an execution that has ended, or whose every runnable task is running. */
export async function waitReasonOf(infrastructure: Infrastructure, execution: Live): Promise<Held | null> {
  return (await explain(infrastructure, [execution])).get(execution.id) ?? null;
}

/** The same for a page of executions that the caller may see, with a fixed number of queries for all of them. */
export async function waitReasonsOf(
  infrastructure: Infrastructure,
  rows: readonly SummaryRow[],
): Promise<Map<string, Held | null>> {
  const live = rows.filter(({ status }) => !isTerminal('execution', status));
  if (live.length === 0) return new Map();
  const open = await openTasks(
    infrastructure.ledger,
    live.map(({ id }) => id),
  );
  return explain(
    infrastructure,
    live.map((row) => ({ ...row, output: null, tasks: open.get(row.id) ?? [] })),
  );
}

/** By execution. */
async function explain(
  infrastructure: Infrastructure,
  executions: readonly Live[],
): Promise<Map<string, Held | null>> {
  const { config, ledger, models, workflows } = infrastructure;
  const held = await Promise.all(
    executions.flatMap((execution) => {
      const task = isTerminal('execution', execution.status) ? undefined : firstHeld(execution.tasks);
      return task ? [withContext(execution, task)] : [];
    }),
  );
  if (held.length === 0) return new Map();
  const modelUuids = held.flatMap(({ model }) => model?.uuid ?? []);
  const waiting = held.flatMap(({ task, model }) => (model ? [task.id] : []));
  const [{ since: storageDownSince, now }, children, heats, places] = await Promise.all([
    readOutage(ledger),
    explainChildren(held.map(({ task }) => task)),
    waiting.length > 0 ? readHeat(ledger, { modelUuids, timeScale: timeScaleOf(config) }) : [],
    waiting.length > 0 ? placesInQueue(ledger, waiting) : new Map<string, number>(),
  ]);
  return new Map(
    held.map(({ execution, task, definition, model }) => {
      const heat = heats.find(({ modelUuid }) => modelUuid === model?.uuid);
      const ahead = places.get(task.id) ?? 0;
      const why = whyWaiting({
        ...situationOf(execution, task, definition),
        child: children.get(task.id) ?? null,
        storageDownSince,
        now,
        model:
          model && heat
            ? waitedModel(model.displayName, heat, { ahead, startWithinMs: config.startWithinMs })
            : null,
      });
      return [execution.id, heldBy(why, execution)];
    }),
  );

  /** By task: the workflow that it runs, and why that waits. A tree is at most ten executions deep. */
  async function explainChildren(tasks: readonly TaskRow[]): Promise<Map<string, WhyWaiting['child']>> {
    const parents = tasks.filter(({ status }) => status === 'waiting');
    const ids = parents.flatMap(({ childExecutionId }) => childExecutionId ?? []);
    if (ids.length === 0) return new Map();
    const [rows, open] = await Promise.all([readSummaries(ledger, ids), openTasks(ledger, ids)]);
    const waits = await explain(
      infrastructure,
      rows.map((row) => ({ ...row, output: null, tasks: open.get(row.id) ?? [] })),
    );
    const workflowOf = new Map(rows.map(({ id, workflowId }) => [id, workflowId]));
    return new Map(
      parents.flatMap(({ id, childExecutionId: child }) =>
        child === null
          ? []
          : [[id, { workflowId: workflowOf.get(child) ?? '', waits: waits.get(child) ?? null }]],
      ),
    );
  }

  /** With the model that it waits for, if it waits for one. */
  async function withContext(execution: Live, task: TaskRow) {
    const { definition } = await workflows.version(execution.versionId);
    const model = task.modelId !== null && isUp(task) ? await models.get(task.modelId) : null;
    return { execution, task, definition, model };
  }
}

const heldBy = (waiting: Waiting | null, { tasks }: Live): Held | null =>
  waiting && { ...waiting, nothingRuns: tasks.every(({ status }) => status !== 'running') };

const isUp = ({ status }: TaskRow): boolean => status === 'ready' || status === 'queued';

/** A map waits for its items, so they give the reason. An undecided task counts only when nothing runs. */
function firstHeld(tasks: readonly TaskRow[]): TaskRow | undefined {
  const mapped = new Set(tasks.filter(({ mapIndex }) => mapIndex !== null).map(({ taskId }) => taskId));
  const isMap = ({ taskId, mapIndex }: TaskRow) => mapIndex === null && mapped.has(taskId);
  const held = tasks.find((task) => ['ready', 'queued', 'waiting'].includes(task.status) && !isMap(task));
  if (held || tasks.some(({ status }) => status === 'running')) return held;
  return tasks.find(({ status }) => status === 'pending');
}

function situationOf(
  execution: Live,
  task: TaskRow,
  definition: WorkflowDefinition,
): Omit<WhyWaiting, 'now' | 'model' | 'child'> {
  const tasks = new Map(definition.tasks.map((one) => [one.taskId, one]));
  const defined = tasks.get(task.taskId);
  const open = new Set(
    execution.tasks.filter(({ status }) => !isTerminal('task', status)).map(({ taskId }) => taskId),
  );
  return {
    status: task.status as TaskStatus,
    since:
      (task.status === 'waiting' ? task.startedAt : task.firstReadyAt) ??
      execution.startedAt ??
      execution.createdAt,
    pausedAt: execution.pausedAt,
    dependencies: (defined?.dependsOn ?? [])
      .filter((id) => open.has(id))
      .map((id) => tasks.get(id)?.name ?? id),
    notBefore: task.notBefore,
    signal: task.waitSignal,
    approval: defined?.type === 'approval' ? (defined.config.approval ?? {}) : null,
    budgetReached:
      execution.budgetUsd !== null && compareUsd(execution.actualCostUsd, execution.budgetUsd) >= 0,
  };
}
