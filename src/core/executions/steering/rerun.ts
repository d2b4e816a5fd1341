/** What a rerun of an ended execution reuses, runs again, is given and leaves out. */
import { InvalidInput, type Fault } from '../../errors.js';
import type { Json } from '../../json/json.js';
import { stepsOf } from '../execution-state.js';
import { payloadFaults } from '../../validation/payload.js';
import type { Graph } from '../../workflows/graph.js';
import type { Task, WorkflowTask } from '../../workflows/workflow.js';
import { approvalsBefore, givenOutputFaults, isApproval } from './skip.js';

export interface Edits {
  /** By task: its input, in place of its mapping. */
  inputs?: Readonly<Record<string, Json>> | undefined;
  /** By task: its output, in place of its work. */
  skip?: Readonly<Record<string, Json>> | undefined;
  /** These run again, with what depends on edited tasks. Nothing else does. */
  only?: readonly string[] | undefined;
}

export interface RerunPlan {
  reused: Set<string>;
  /** Tasks that run again with the input that an earlier rerun was given. */
  keptInputs: string[];
  /** Tasks that did not succeed, and count as skipped. */
  leftOut: string[];
}

/** Characters of JSON text, so that a given input always fits into its row. */
const LONGEST_INPUT = 60_000;

/**
 * Tasks that succeeded and depend only on reused tasks: not on `from`, nor on a task that failed, was cancelled or never
 * ended. A skipped task is decided again, from the same results. A map is reused with its items.
 *
 * @param changed tasks that run again or are given an output, whatever they did
 */
export function reusable(
  graph: Graph,
  tasks: readonly Task[],
  from: string | null,
  changed: ReadonlySet<string> = new Set(),
): Set<string> {
  const anew = new Set<string>();
  const kept = new Set<string>();
  for (const [id, { state }] of stepsOf(graph, tasks)) {
    const done = state.status === 'succeeded' || state.status === 'skipped';
    const isChanged = id === from || changed.has(id);
    if (isChanged || !done || graph.dependencies(id).some((dependency) => anew.has(dependency))) anew.add(id);
    else if (state.status === 'succeeded') kept.add(id);
  }
  return kept;
}

/**
 * @param isAnew nothing is reused: the parameters are others
 * @param isOther the parameters are others, whatever is reused. Then approvals are requested again, and so are those before a task
 * whose input or output is given: nobody has approved that.
 * @throws InvalidInput `invalid_edits`
 */
export function planRerun(
  graph: Graph,
  tasks: readonly (Task & { inputGiven: boolean })[],
  edits: Edits,
  { from, isAnew, isOther = isAnew }: { from: string | null; isAnew: boolean; isOther?: boolean },
): RerunPlan {
  const { inputs = {}, skip = {}, only } = edits;
  const before = isAnew ? new Set<string>() : reusable(graph, tasks, from);
  const given = [...Object.keys(inputs), ...Object.keys(skip)].filter((id) => graph.has(id));
  const asked = isOther ? graph.order.filter((id) => isApproval(graph, id)) : approvalsBefore(graph, given);
  const changed = new Set([
    ...Object.keys(inputs),
    ...Object.keys(skip),
    ...(only ?? []),
    ...asked.filter((id) => stateOf(tasks, id) === 'succeeded'),
  ]);
  const faults = [...editFaults(graph, edits, before), ...(only && from !== null ? [BOTH] : [])];
  if (faults.length > 0) refuse(faults);
  const { reused, leftOut } = only
    ? leavingOut(graph, tasks, changed)
    : { reused: isAnew ? before : reusable(graph, tasks, from, changed), leftOut: [] };
  const missing = leftOut.flatMap((id) =>
    graph
      .dependents(id)
      .filter((dependent) => only?.includes(dependent))
      .map((dependent) => ({
        path: 'body.only',
        message: `leaves out ${id}, which ${dependent} depends on and which did not succeed: name it, too, or give its output in skip`,
      })),
  );
  if (missing.length > 0) refuse(missing);
  const keptInputs = tasks
    .filter(
      ({ taskId, inputGiven }) =>
        inputGiven &&
        !reused.has(taskId) &&
        !leftOut.includes(taskId) &&
        !Object.hasOwn(inputs, taskId) &&
        !Object.hasOwn(skip, taskId) &&
        graph.dependencies(taskId).every((id) => reused.has(id)),
    )
    .map(({ taskId }) => taskId);
  return { reused, keptInputs, leftOut };
}

const stateOf = (tasks: readonly Task[], id: string): string | undefined =>
  tasks.find(({ taskId, mapIndex }) => taskId === id && mapIndex === null)?.status;

const BOTH: Fault = { path: 'body.only', message: 'excludes `from`: give one of them' };

function refuse(faults: Fault[]): never {
  throw new InvalidInput('The rerun cannot be edited like this.', faults, 'invalid_edits');
}

/** What succeeded and does not depend on a changed task is reused. What did not succeed, and does not either, is left out. */
function leavingOut(
  graph: Graph,
  tasks: readonly Task[],
  changed: ReadonlySet<string>,
): Pick<RerunPlan, 'reused' | 'leftOut'> {
  const anew = new Set<string>();
  const reused = new Set<string>();
  const leftOut: string[] = [];
  for (const [id, { state }] of stepsOf(graph, tasks)) {
    if (changed.has(id) || graph.dependencies(id).some((dependency) => anew.has(dependency))) anew.add(id);
    else if (state.status === 'succeeded') reused.add(id);
    else leftOut.push(id);
  }
  return { reused, leftOut };
}

function editFaults(
  graph: Graph,
  { inputs = {}, skip = {}, only = [] }: Edits,
  reused: Set<string>,
): Fault[] {
  const unknown = (id: string, path: string): Fault[] =>
    graph.has(id) ? [] : [{ path, message: `names ${id}, which is no task of this workflow` }];
  return [
    ...only.flatMap((id) => unknown(id, 'body.only')),
    ...Object.entries(inputs).flatMap(([id, input]): Fault[] => {
      const path = `body.inputs.${id}`;
      return graph.has(id) ? inputFaults(graph.task(id), input, path) : unknown(id, path);
    }),
    ...Object.entries(skip).flatMap(([id, output]): Fault[] => {
      const path = `body.skip.${id}`;
      if (!graph.has(id)) return unknown(id, path);
      if (Object.hasOwn(inputs, id) || only.includes(id))
        return [{ path, message: 'is to run again as well: do not give its output' }];
      if (reused.has(id)) return [{ path, message: 'has succeeded: its output is reused' }];
      return givenOutputFaults(graph.task(id), output, path);
    }),
  ];
}

function inputFaults({ type, config }: WorkflowTask, input: Json, path: string): Fault[] {
  if (type === 'wait' || type === 'approval' || type === 'workflow')
    return [{ path, message: `is of a task of type ${type}, whose input cannot be given` }];
  if (config.map)
    return [{ path, message: 'is of a map, whose items have inputs of their own: edit its list' }];
  if (JSON.stringify(input).length > LONGEST_INPUT)
    return [{ path, message: `must be at most ${LONGEST_INPUT} characters of JSON` }];
  return payloadFaults(undefined, input, path);
}
