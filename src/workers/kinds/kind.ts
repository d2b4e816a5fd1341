/** What every kind of task offers the worker: an input worked on, a result or an error. */
import type { Fault } from '../../core/errors.js';
import type { Context } from '../../core/mapping.js';
import type { Json, JsonObject, WorkflowTask } from '../../core/workflow.js';
import type { Claimed } from '../../store/claim.js';

export interface Work {
  claimed: Claimed;
  task: WorkflowTask;
  context: Context;
  input: Json;
  /** Aborted when the task is cancelled, lost or handed over. */
  signal: AbortSignal;
}

export interface Result {
  output: Json;
  /** Why it cannot be kept as it is. */
  faults?: readonly Fault[];
  /** What the endpoint says it used; empty where nothing was invoked. */
  usage: JsonObject;
}

/** @throws InvocationError, InvalidInput */
export type Kind = (work: Work) => Promise<Result>;
