/** The interface of every task type: input in, result or error out. */
import type { Fault } from '../../core/errors.js';
import type { Context } from '../../core/workflows/mapping.js';
import type { WorkflowTask } from '../../core/workflows/workflow.js';
import type { Claimed } from '../../store/scheduling/claim.js';
import type { Json, JsonObject } from '../../core/json/json.js';

export interface Work {
  claimed: Claimed;
  task: WorkflowTask;
  context: Context;
  input: Json;
  /** Aborted when the task is cancelled, lost or handed over. */
  signal: AbortSignal;
  /** Runs our own reads or writes before the request is sent: waits for them, and then throws `Unavailable`. */
  before: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs our own writes that nothing waits for, as soon as possible. */
  meanwhile: (work: () => Promise<void>) => void;
}

export interface Result {
  output: Json;
  /** Why the output cannot be stored as it is. */
  faults?: readonly Fault[];
  /** The usage that the endpoint states; empty without an invocation. */
  usage: JsonObject;
  /** Size of the answer. */
  bytes?: number;
  /** It can be fetched again, under the same attempt. */
  adoptable?: boolean;
}

/** @throws InvocationError, InvalidInput, Unavailable (then nothing was sent) */
export type TaskTypeRunner = (work: Work) => Promise<Result>;
