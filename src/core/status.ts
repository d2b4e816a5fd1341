/** All states and all allowed transitions, as data: the types, SQL CHECKs, docs/states.md and badges are derived from it. */

export const EXECUTION_MOVES = {
  pending: ['running', 'paused', 'succeeded', 'failed', 'cancelled', 'timed_out'],
  running: ['paused', 'succeeded', 'failed', 'cancelled', 'timed_out'],
  paused: ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out'],
  succeeded: [],
  failed: [],
  cancelled: [],
  timed_out: [],
} as const;

export const TASK_MOVES = {
  pending: ['ready', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled'],
  ready: ['queued', 'succeeded', 'failed', 'skipped', 'cancelled'],
  queued: ['running', 'ready', 'succeeded', 'failed', 'skipped', 'cancelled'],
  running: ['succeeded', 'failed', 'ready', 'queued', 'cancelled'],
  waiting: ['succeeded', 'failed', 'skipped', 'cancelled'],
  succeeded: [],
  failed: [],
  skipped: [],
  cancelled: [],
} as const;

export const ATTEMPT_MOVES = {
  running: ['succeeded', 'failed', 'timed_out', 'cancelled', 'unknown'],
  succeeded: [],
  failed: [],
  timed_out: [],
  cancelled: [],
  unknown: [],
} as const;

export const HEAT_MOVES = {
  OFF: ['WARMING', 'WARM', 'HOT', 'FAILED'],
  WARMING: ['WARM', 'HOT', 'COOLING', 'OFF', 'FAILED'],
  WARM: ['HOT', 'COOLING', 'WARMING', 'OFF', 'FAILED'],
  HOT: ['WARM', 'COOLING', 'WARMING', 'OFF', 'FAILED'],
  COOLING: ['OFF', 'WARMING', 'WARM', 'HOT', 'FAILED'],
  FAILED: ['WARMING', 'WARM', 'HOT', 'COOLING', 'OFF'],
} as const;

export type ExecutionStatus = keyof typeof EXECUTION_MOVES;
export type TaskStatus = keyof typeof TASK_MOVES;
export type AttemptStatus = keyof typeof ATTEMPT_MOVES;
export type Heat = keyof typeof HEAT_MOVES;

export const MACHINES = {
  execution: EXECUTION_MOVES,
  task: TASK_MOVES,
  attempt: ATTEMPT_MOVES,
  heat: HEAT_MOVES,
} as const satisfies Record<string, Record<string, readonly string[]>>;

/** True for a state without transitions out of it. */
export const isTerminal = (machine: keyof typeof MACHINES, status: string): boolean =>
  (MACHINES[machine] as Record<string, readonly string[]>)[status]?.length === 0;
