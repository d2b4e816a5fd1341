/** Plans the child executions that a decision asks for. One that cannot be planned fails its task. */
import type { Blobs } from '../../blobs/blob.js';
import { restoreOutputs } from '../../blobs/results.js';
import { planChild } from '../../core/executions/admission.js';
import { failureOf } from '../../core/executions/decision-failure.js';
import { readsOf } from '../../core/executions/needed-outputs.js';
import { resultsAfter, resultsByTask } from '../../core/executions/results.js';
import type { Transition } from '../../core/executions/transitions.js';
import { InvalidInput, RadiantError } from '../../core/errors.js';
import type { Json } from '../../core/json/json.js';
import { childWorkflowsOf, type Graph } from '../../core/workflows/graph.js';
import type { Context } from '../../core/workflows/mapping.js';
import { nameFor } from '../../core/workflows/title.js';
import type { WorkflowTask } from '../../core/workflows/workflow.js';
import type { Session } from '../../store/db/ledger.js';
import {
  readItems,
  readParent,
  type Family,
  type NewChild,
  type Parent,
} from '../../store/executions/children.js';
import { readResults } from '../../store/executions/results.js';
import type { Workflows, WorkflowVersion } from '../../store/workflows/versions.js';
import { takeOver, type TakenOver } from './earlier-child.js';
import type { InlineTime } from './inline-time.js';

type Spawn = Extract<Transition, { kind: 'spawn' }>;

export interface Planned {
  /** Those of the decision; a task whose child cannot be planned fails instead. */
  moves: Transition[];
  family: Family | null;
  /** Tasks have failed instead, or are left for the next decision, which has to read every task and follow at once. */
  isPartial: boolean;
}

/** Tasks of the children that one decision starts: these are as many rows to insert. One child may have more. */
const ROWS = 500;

/** Must be called before the transitions are applied. */
export async function planChildren(
  {
    session,
    workflows,
    blobs,
    inline,
  }: { session: Session; workflows: Workflows; blobs: Blobs; inline: InlineTime },
  executionId: string,
  graph: Graph,
  moves: readonly Transition[],
): Promise<Planned> {
  const spawns = moves.filter((move) => move.kind === 'spawn');
  if (spawns.length === 0) return { moves: [...moves], family: null, isPartial: false };
  const parent = await readParent(session, executionId);
  const children: NewChild[] = [];
  const failed = new Map<Spawn, Transition>();
  const left = new Set<Transition>();
  let rows = 0;
  for (const [taskId, asked] of grouped(spawns)) {
    const task = graph.task(taskId);
    const version = await versionFor(parent, task);
    const below = await everythingBelow(parent, version);
    const context = await contextOf(taskId, parent);
    const items = await itemsOf(taskId, asked);
    for (const spawn of asked) {
      if (inline.isOver() || rows >= ROWS) {
        left.add(spawn);
        continue;
      }
      try {
        const own = {
          ...context,
          ...(spawn.mapIndex !== null && { item: items.get(spawn.mapIndex) ?? null }),
        };
        const plan = inline.spend(() =>
          planChild(task, own, version.definition, { below, models: parent.models }),
        );
        const place = { taskId, mapIndex: spawn.mapIndex };
        const taken = await takeOver(session, parent, place, version, plan.resolved);
        rows += version.definition.tasks.length;
        children.push({ ...place, request: requestOf(parent, version, plan, taken) });
      } catch (error) {
        if (!(error instanceof RadiantError)) throw error;
        failed.set(spawn, { ...spawn, kind: 'fail', error: failureOf(error) });
      }
    }
  }
  return {
    moves: moves
      .filter((move) => !left.has(move))
      .map((move) => (move.kind === 'spawn' ? (failed.get(move) ?? move) : move)),
    family: { parent, children },
    isPartial: failed.size > 0 || left.size > 0,
  };

  async function contextOf(taskId: string, { id }: Parent): Promise<Context> {
    // Without a mapping, the parameters come from the item or from defaults.
    if (!graph.task(taskId).inputMapping) return { params: parent.parameters, tasks: {}, execution: { id } };
    const found = await readResults(session, id, readsOf(graph, taskId));
    const tasks = resultsByTask(await restoreOutputs(blobs, graph, resultsAfter(found, moves)));
    return { params: parent.parameters, tasks, execution: { id } };
  }

  /** Items that this decision adds are not in the ledger yet. */
  async function itemsOf(taskId: string, asked: readonly Spawn[]): Promise<Map<number, Json>> {
    const added = moves.find((move) => move.kind === 'expand' && move.taskId === taskId);
    if (added?.kind === 'expand') return new Map(added.items.entries());
    const indexes = asked.flatMap(({ mapIndex }) => mapIndex ?? []);
    return indexes.length === 0 ? new Map() : readItems(session, executionId, taskId, indexes);
  }

  /** The versions were fixed when the root was accepted. */
  async function versionFor({ childVersions }: Parent, { config }: WorkflowTask): Promise<WorkflowVersion> {
    const versionId = childVersions[String(config.workflowId)];
    if (versionId === undefined)
      throw new InvalidInput(`No version of ${config.workflowId} was fixed.`, [], 'child_version_missing');
    return workflows.version(versionId);
  }

  /** At least the workflows that this one runs, and those that they run. */
  async function everythingBelow({ childVersions }: Parent, { definition }: WorkflowVersion) {
    if (childWorkflowsOf(definition).length === 0) return [];
    const versions = await Promise.all(Object.values(childVersions).map((id) => workflows.version(id)));
    return versions.map((version) => version.definition);
  }
}

function grouped(spawns: readonly Spawn[]): Map<string, Spawn[]> {
  const groups = new Map<string, Spawn[]>();
  for (const spawn of spawns) groups.set(spawn.taskId, [...(groups.get(spawn.taskId) ?? []), spawn]);
  return groups;
}

/** A child takes over who asked, how urgent it is and until when. It is paid for by its root. */
const requestOf = (
  { tenantId, userId, priority, deadline, tags, childVersions }: Parent,
  { definition, versionId, workflowUuid }: WorkflowVersion,
  { given, resolved, models, units }: ReturnType<typeof planChild>,
  taken: TakenOver | null,
): NewChild['request'] => ({
  definition,
  versionId,
  workflowUuid,
  tenantId,
  userId,
  name: nameFor(definition, { asked: undefined, given, resolved }),
  parameters: given,
  resolvedParameters: resolved,
  // What runs again uses the models of now.
  models: { ...taken?.models, ...models },
  units,
  rerun: taken?.rerun,
  estimate: { usd: null, basis: 'none' },
  priority,
  deadline,
  tags,
  childVersions,
});
