/** The vocabulary of decisions: what may be asked of the ledger for one execution. */
import type { Failure } from '../workflows/workflow.js';
import type { Json } from '../json/json.js';

/** One row moves at most once. Each is guarded by the states it names; `mapIndex` null means the task's own row. */
export type Transition =
  /** pending -> ready */
  | { kind: 'release'; taskId: string; mapIndex: number | null }
  /** pending -> skipped */
  | { kind: 'skip'; taskId: string; mapIndex: number | null; reason: string }
  /** pending or waiting -> failed */
  | { kind: 'fail'; taskId: string; mapIndex: number | null; error: Failure }
  /** A map's own row: pending -> waiting, and one pending row for each item. */
  | { kind: 'expand'; taskId: string; items: Json[] }
  /** A map's own row: waiting -> succeeded; its output is the items' outputs in order, null for one that failed. */
  | { kind: 'collect'; taskId: string; output: 'items' }
  /** pending -> waiting, for a timer, a signal, or a signal with a limit */
  | { kind: 'wait'; taskId: string; until: Date | null; signal: string | null }
  /** A timer is due: waiting -> succeeded, or pending -> succeeded when it was due as it began. */
  | { kind: 'wake'; taskId: string }
  /** pending -> waiting, and a child execution */
  | { kind: 'spawn'; taskId: string; workflowId: string }
  /** Anything not terminal -> cancelled. */
  | { kind: 'cancel'; taskId: string; mapIndex: number | null }
  | {
      kind: 'finish';
      status: 'succeeded' | 'failed' | 'timed_out';
      output: Json | null;
      error: Failure | null;
    };
