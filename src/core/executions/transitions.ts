/** The transitions that a decision may ask of the ledger for one execution. */
import type { ApprovalRequest } from '../approvals/request.js';
import type { Failure, Signal } from '../workflows/workflow.js';
import type { Json, JsonObject } from '../json/json.js';

/** Each row changes at most once, and only from the states named here. `mapIndex` is null for the task's own row. */
export type Transition =
  /** pending -> ready */
  | { kind: 'release'; taskId: string; mapIndex: number | null }
  /** pending -> succeeded: evaluated by the decision itself */
  | { kind: 'complete'; taskId: string; input: Json; output: Json }
  /** pending -> skipped */
  | { kind: 'skip'; taskId: string; mapIndex: number | null; reason: string }
  /** pending or waiting -> failed */
  | { kind: 'fail'; taskId: string; mapIndex: number | null; error: Failure }
  /** A map's own row: pending -> waiting. One pending row is inserted for each item. */
  | { kind: 'expand'; taskId: string; items: Json[] }
  /** A map's own row: waiting -> succeeded. Its output is the list of the items' outputs, null for a failed item. */
  | { kind: 'collect'; taskId: string; output: 'items' }
  /** pending -> waiting, for a timer, a signal, or a signal with a time limit */
  | { kind: 'wait'; taskId: string; until: Date | null; signal: string | null }
  /** A timer is due: waiting -> succeeded, or pending -> succeeded if it was due when the task started. */
  | { kind: 'wake'; taskId: string }
  /** pending or waiting -> succeeded, with the payload of a signal as its output. No other task takes this signal. */
  | { kind: 'receive'; taskId: string; signal: Signal }
  /** pending -> waiting, and a request to the approvers */
  | { kind: 'request'; taskId: string; approval: ApprovalRequest }
  /** Nobody has decided in time: waiting -> succeeded, with the default outcome as its output. */
  | { kind: 'decide'; taskId: string; output: JsonObject }
  /** pending -> waiting, and a child execution, whose end ends the row */
  | { kind: 'spawn'; taskId: string; mapIndex: number | null }
  /** Anything not terminal -> cancelled. */
  | { kind: 'cancel'; taskId: string; mapIndex: number | null }
  | {
      kind: 'finish';
      status: 'succeeded' | 'failed' | 'timed_out' | 'cancelled';
      output: Json | null;
      error: Failure | null;
    };
