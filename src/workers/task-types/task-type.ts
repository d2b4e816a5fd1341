/** What every kind of task offers the worker: an input worked on, a result or an error. */
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
  /** Reads or writes of our own before anything is sent: they are waited for, and then `Unavailable`. */
  before: <T>(work: () => Promise<T>) => Promise<T>;
  /** Facts of our own that nobody waits for: written as soon as that can be. */
  meanwhile: (work: () => Promise<void>) => void;
}

export interface Result {
  output: Json;
  /** Why it cannot be kept as it is. */
  faults?: readonly Fault[];
  /** What the endpoint says it used; empty where nothing was invoked. */
  usage: JsonObject;
  /** Size of the answer. */
  bytes?: number;
  /** It lies where it can be fetched again, under the same attempt. */
  adoptable?: boolean;
}

/** @throws InvocationError, InvalidInput, Unavailable (then nothing was sent) */
export type TaskTypeRunner = (work: Work) => Promise<Result>;
