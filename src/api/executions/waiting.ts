/** The reason why an execution waits: that of its first task that could run but does not. */
import { timeScaleOf } from '../../config.js';
import { whyWaiting, type Waiting, type WhyWaiting } from '../../core/executions/wait-reason.js';
import type { ModelConfig } from '../../core/models/model.js';
import { compareUsd } from '../../core/money/money.js';
import { isTerminal, type TaskStatus } from '../../core/status.js';
import type { WorkflowDefinition } from '../../core/workflows/workflow.js';
import { openTasks, placesInQueue, type SummaryRow } from '../../store/executions/execution-list.js';
import type { ExecutionRow } from '../../store/executions/executions.js';
import { outageSince } from '../../store/storage-outages.js';
import type { TaskRow } from '../../store/executions/tasks.js';
import { readHeat, type HeatRow } from '../../store/thermal/heat.js';
import { waitedModel } from '../../store/scheduling/waited-model.js';
import type { Infrastructure } from '../../infrastructure.js';

type Live = ExecutionRow & { tasks: TaskRow[] };

/** A wait reason, and whether other tasks of the execution run meanwhile. */
export type Held = Waiting & { nothingRuns: boolean };

/** Null for an execution that has ended, or whose every runnable task is running. */
export async function waitReasonOf(
  { config, ledger, models }: Infrastructure,
  execution: Live,
  definition: WorkflowDefinition,
): Promise<Held | null> {
  if (isTerminal('execution', execution.status)) return null;
  const task = firstHeld(execution.tasks);
  if (!task) return null;
  const model = task.modelId !== null && isUp(task) ? await models.get(task.modelId) : null;
  const [heat] = model
    ? await readHeat(ledger, { modelUuid: model.uuid, timeScale: timeScaleOf(config) })
    : [];
  const ahead = heat ? ((await placesInQueue(ledger, [task.id])).get(task.id) ?? 0) : 0;
  const storageDownSince = await outageSince(ledger);
  const { startWithinMs } = config;
  const waiting = explain({ ...situationOf(execution, task, definition), storageDownSince }, model, heat, {
    ahead,
    startWithinMs,
  });
  return heldBy(waiting, execution);
}

/** The same for a page of executions that the caller may see, with a fixed number of queries for all of them. */
export async function waitReasonsOf(
  { config, ledger, models, workflows }: Infrastructure,
  rows: readonly SummaryRow[],
): Promise<Map<string, Held | null>> {
  const live = rows.filter(({ status }) => !isTerminal('execution', status));
  if (live.length === 0) return new Map();
  const open = await openTasks(
    ledger,
    live.map(({ id }) => id),
  );
  const held = live.flatMap((row) => {
    const tasks = open.get(row.id) ?? [];
    const task = firstHeld(tasks);
    return task ? [{ execution: { ...row, output: null, tasks }, task }] : [];
  });
  const up = held.flatMap(({ task }) => (task.modelId !== null && isUp(task) ? [task.id] : []));
  const [storageDownSince, heats, ahead] = await Promise.all([
    outageSince(ledger),
    up.length > 0 ? readHeat(ledger, { timeScale: timeScaleOf(config) }) : [],
    placesInQueue(ledger, up),
  ]);
  const answers = await Promise.all(
    held.map(async ({ execution, task }) => {
      const { definition } = await workflows.version(execution.versionId);
      const model = task.modelId !== null && isUp(task) ? await models.get(task.modelId) : null;
      const heat = heats.find(({ modelUuid }) => modelUuid === model?.uuid);
      return [
        execution.id,
        heldBy(
          explain({ ...situationOf(execution, task, definition), storageDownSince }, model, heat, {
            ahead: ahead.get(task.id) ?? 0,
            startWithinMs: config.startWithinMs,
          }),
          execution,
        ),
      ] as const;
    }),
  );
  return new Map(answers);
}

const heldBy = (waiting: Waiting | null, { tasks }: Live): Held | null =>
  waiting && { ...waiting, nothingRuns: tasks.every(({ status }) => status !== 'running') };

const isUp = ({ status }: TaskRow): boolean => status === 'ready' || status === 'queued';

function explain(
  situation: Omit<WhyWaiting, 'now' | 'model'>,
  model: ModelConfig | null,
  heat: HeatRow | undefined,
  { ahead, startWithinMs }: { ahead: number; startWithinMs: number },
): Waiting | null {
  if (!model || !heat) return whyWaiting({ ...situation, now: new Date(), model: null });
  return whyWaiting({
    ...situation,
    now: heat.now,
    model: waitedModel(model.displayName, heat, { ahead, startWithinMs }),
  });
}

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
): Omit<WhyWaiting, 'now' | 'model'> {
  const tasks = new Map(definition.tasks.map((one) => [one.taskId, one]));
  const defined = tasks.get(task.taskId);
  const open = new Set(
    execution.tasks.filter(({ status }) => !isTerminal('task', status)).map(({ taskId }) => taskId),
  );
  return {
    status: task.status as TaskStatus,
    since: task.firstReadyAt ?? execution.startedAt ?? execution.createdAt,
    paused: execution.status === 'paused',
    dependencies: (defined?.dependsOn ?? [])
      .filter((id) => open.has(id))
      .map((id) => tasks.get(id)?.name ?? id),
    notBefore: task.notBefore,
    signal: task.waitSignal,
    child: defined?.config.workflowId ?? null,
    budgetReached:
      execution.budgetUsd !== null && compareUsd(execution.actualCostUsd, execution.budgetUsd) >= 0,
  };
}
