/** A new execution, as the statement that writes it takes it. */
import { PRIORITY } from '../../core/priority.js';
import type { Edits } from '../../core/executions/steering/rerun.js';
import type { ModelConfig } from '../../core/models/model.js';
import type { Offer } from '../../core/money/consent.js';
import type { Basis } from '../../core/money/quote.js';
import type { WorkflowDefinition } from '../../core/workflows/workflow.js';
import type { JsonObject } from '../../core/json/json.js';

/** What a rerun was asked to do differently. */
export interface RerunEdits extends Edits {
  keptInputs: readonly string[];
  leftOut: readonly string[];
}

export interface NewExecution {
  versionId: string;
  workflowUuid: string;
  definition: WorkflowDefinition;
  tenantId: string;
  userId: string;
  parameters: JsonObject;
  resolvedParameters: JsonObject;
  /** Snapshots of the models that this execution uses, by model id. */
  models: Record<string, ModelConfig>;
  estimate: { usd: string | null; basis: Basis };
  /** Reserved from the tenant's budget until it has ended. */
  reservationUsd?: string | undefined;
  units?: Record<string, Record<string, number>> | undefined;
  budgetUsd?: string | null | undefined;
  webhookUrl?: string | null | undefined;
  /** The quote that it accepts, and what is compared with it. */
  consent?: (Offer & { quoteId: string }) | undefined;
  /** An earlier execution, and the tasks whose results are reused. */
  rerun?:
    | { of: string; taskIds: readonly string[]; origins: readonly string[]; edits?: RerunEdits | undefined }
    | undefined;
  /** The schedule and its tick that it is started for. */
  schedule?: { id: string; tickAt: Date } | undefined;
  /** Executions whose files it may open, besides those that it reuses and those of its tree. */
  origins?: readonly string[] | undefined;
  /** By workflow: the version that its tree runs as children. */
  childVersions?: Record<string, string> | undefined;
  /** Of a child: the task that waits for it, the root of its tree, and the executions whose files it may open. */
  child?: { parentTaskId: string; parentId: string; rootId: string; origins: readonly string[] } | undefined;
  priority?: number | undefined;
  deadline?: string | null | undefined;
  tags?: string[] | undefined;
  name?: string | null | undefined;
  idempotencyKey?: string | undefined;
  /** Hash of the whole request: the same key with another hash is refused. */
  requestHash?: string | undefined;
}

export type Identified = NewExecution & { id: string };

export function asRow(request: Identified, place: number): object {
  const { definition, models, estimate, rerun, schedule, consent, child, origins = [], ...rest } = request;
  const reused = new Set(rerun?.taskIds);
  const edits = rerun?.edits;
  return {
    ...rest,
    place,
    models,
    estimatedUsd: estimate.usd,
    basis: estimate.basis,
    priority: request.priority ?? PRIORITY.usual,
    tags: request.tags ?? [],
    reservationUsd: request.reservationUsd ?? '0',
    units: request.units ?? {},
    quoteId: consent?.quoteId,
    childrenHash: consent?.childrenHash,
    parametersHash: consent?.parametersHash,
    pricesHash: consent?.pricesHash,
    ...consent?.price,
    rerunOf: rerun?.of,
    reusedTasks: rerun?.taskIds ?? [],
    origins: [...new Set([...origins, ...(rerun?.origins ?? []), ...(child?.origins ?? [])])],
    childVersions: request.childVersions ?? {},
    parentTaskId: child?.parentTaskId,
    parentId: child?.parentId,
    rootId: child?.rootId,
    scheduleId: schedule?.id,
    scheduledFor: schedule?.tickAt,
    edits: edits && shownEdits(edits),
    tasks: definition.tasks
      .filter(({ taskId }) => !reused.has(taskId))
      .map(({ taskId, timeout, modelId }) => ({
        taskId,
        timeout,
        modelKey: modelId,
        modelUuid: modelId === null ? null : (models[modelId]?.uuid ?? null),
        ...(edits && editOf(edits, taskId)),
      })),
  };
}

const shownEdits = ({ inputs = {}, keptInputs, skip = {}, only = [] }: RerunEdits) => ({
  inputs: [...Object.keys(inputs), ...keptInputs],
  skip: Object.keys(skip),
  only,
});

/** How the row of a task differs from one that has only to run. */
function editOf({ inputs = {}, keptInputs, skip = {}, leftOut }: RerunEdits, taskId: string) {
  if (Object.hasOwn(skip, taskId))
    return { status: 'succeeded', output: skip[taskId], reason: 'Its output was given to the rerun.' };
  if (leftOut.includes(taskId)) return { status: 'skipped', reason: 'It was left out of the rerun.' };
  if (Object.hasOwn(inputs, taskId)) return { inputGiven: true, input: inputs[taskId] };
  return keptInputs.includes(taskId) ? { inputGiven: true, keepsInput: true } : {};
}
