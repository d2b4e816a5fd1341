/** A person ends a task in place of its work: what may be given as its output, and which tasks can still be ended so. */
import { Conflict, type Fault } from '../../errors.js';
import type { Json } from '../../json/json.js';
import { isTerminal, type TaskStatus } from '../../status.js';
import { payloadFaults } from '../../validation/payload.js';
import type { Graph } from '../../workflows/graph.js';
import type { WorkflowTask } from '../../workflows/workflow.js';

/** @param path of the output in the request */
export function givenOutputFaults(task: WorkflowTask, output: Json, path: string, isItem = false): Fault[] {
  const faults = payloadFaults(task.config.wait?.schema, output, path);
  if (!task.config.map || isItem || Array.isArray(output)) return faults;
  return [...faults, { path, message: 'must be a list: the output of a map is that of its items' }];
}

/** One row of an execution that has not ended. */
export interface Skippable {
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
  /** A worker has it, or its request was sent and is handed to another worker. */
  isSent: boolean;
  /** A map's own row, whose items exist. */
  hasItems: boolean;
}

/** Null if it may be skipped. */
export function whyNotSkipped({ taskId, mapIndex, status, isSent, hasItems }: Skippable): Conflict | null {
  const name = mapIndex === null ? taskId : `${taskId}[${mapIndex}]`;
  if (isTerminal('task', status))
    return new Conflict('task_ended', `Task ${name} has ${status}: only a task that waits can be skipped.`);
  if (status === 'running' || isSent)
    return new Conflict(
      'task_running',
      `Task ${name} is running: wait for its result, or cancel the execution and rerun it with \`skip\`.`,
    );
  if (hasItems)
    return new Conflict('map_expanded', `The map ${name} has begun: skip its items one by one, by mapIndex.`);
  return null;
}

export const isApproval = (graph: Graph, id: string): boolean => graph.task(id).type === 'approval';

/** The approvals among these tasks and all that come before them: what a person gives in their place passes them by. */
export function approvalsBefore(graph: Graph, ids: Iterable<string>): string[] {
  const seen = new Set(ids);
  for (const id of seen) for (const before of graph.dependencies(id)) seen.add(before);
  return [...seen].filter((id) => isApproval(graph, id));
}
