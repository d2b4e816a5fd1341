/** Types of a workflow version, and of the rows of one execution. */
import type { Json, JsonObject } from '../json/json.js';
import type { ApprovalRule } from '../approvals/rule.js';
import type { ExecutionStatus, TaskStatus } from '../status.js';

export const TASK_TYPES = ['task', 'validation', 'transform', 'wait', 'approval', 'workflow'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export const JOIN_RULES = [
  'all_succeeded',
  'all_done',
  'one_succeeded',
  'none_failed',
  'one_failed',
  'all_failed',
] as const;
export type JoinRule = (typeof JOIN_RULES)[number];

export interface RetryPolicy {
  maxAttempts?: number;
  initialDelayMs?: number;
  backoff?: number;
  maxDelayMs?: number;
  jitter?: boolean;
}

export interface MapRule {
  /** CEL that returns a list. */
  over: string;
  as?: string;
  maxConcurrency?: number;
  /** Items that may fail before the map fails. */
  toleratedFailures?: number;
}

/** `wait`: exactly one of a duration in seconds, a timestamp (CEL that returns a string), the name of a signal. */
export interface WaitRule {
  seconds?: number;
  until?: string;
  signal?: string;
  /** How long a signal is waited for. Without it: as long as the execution may take. */
  timeoutSeconds?: number;
  /** JSON Schema of the signal's payload. */
  schema?: JsonObject;
}

/** A signal that an execution has received, and that no task has taken yet. */
export interface Signal {
  id: number;
  name: string;
  payload: Json;
}

export interface TaskConfig {
  join?: JoinRule;
  onFailure?: 'fail' | 'continue';
  fallbackModelId?: string;
  retry?: RetryPolicy;
  map?: MapRule;
  wait?: WaitRule;
  approval?: ApprovalRule;
  /** `workflow`: the workflow to run as a child. */
  workflowId?: string;
  /** `validation`: JSON Schema for the input, and named checks on single values. */
  schema?: JsonObject;
  checks?: { check: string; value: string; message?: string; [option: string]: Json | undefined }[];
  [other: string]: unknown;
}

/** One task of a version, as `get_workflow_config` returns it. */
export interface WorkflowTask {
  taskId: string;
  name: string;
  description: string | null;
  type: TaskType;
  modelId: string | null;
  serviceId: string | null;
  config: TaskConfig;
  /** JSON whose strings are CEL; null means the default input (see `mapping.ts`). */
  inputMapping: JsonObject | null;
  outputMapping: JsonObject | null;
  dependsOn: string[];
  condition: string | null;
  /** Time limit of one attempt, in seconds. */
  timeout: number;
}

export interface WorkflowParameter {
  name: string;
  displayName: string | null;
  description: string | null;
  /** string | number | integer | boolean | array | object | fasta */
  type: string;
  default: Json;
  validation: JsonObject;
  uiComponent: string;
  uiConfig: JsonObject;
  userConfigurable: boolean;
  adminOnly: boolean;
}

export interface WorkflowDefinition {
  id: string;
  name: string;
  /** Name of its executions: CEL over `params` that returns a text. Older versions have none. */
  title?: string | null;
  description: string | null;
  category: string;
  version: string;
  dag: { nodes: { id: string; type: string; modelId?: string }[]; edges: { from: string; to: string }[] };
  inputSchema: JsonObject;
  outputSchema: JsonObject;
  outputMapping: JsonObject | null;
  defaultParameters: JsonObject;
  /** Time limit of an execution, in seconds, from its first running task. */
  timeout: number;
  maxRetries: number;
  minTier: number;
  /** The workflow that is started when an execution of this one fails. Older versions have none. */
  onFailure?: { workflowId: string } | null;
  requiresAuditTrail: boolean;
  hipaaCompliant: boolean;
  tasks: WorkflowTask[];
  parameters: WorkflowParameter[];
}

/** Why a task or an execution failed. `code` is stable; `message` says what to do and holds no payload. */
export interface Failure {
  code: string;
  message: string;
}

export interface Execution {
  id: string;
  status: ExecutionStatus;
  /** Resolved: defaults merged with the caller's values. */
  parameters: JsonObject;
  createdAt: Date;
  /** Start of the first task; null before. */
  startedAt: Date | null;
  deadline: Date | null;
  /** Since when it is paused, and how long it was paused before. Its clocks stand still meanwhile, its deadline does not. */
  pausedAt?: Date | null;
  pausedSeconds?: number;
  /** Cost so far, and its limit; a null `budgetUsd` is no limit. */
  spentUsd: string;
  budgetUsd: string | null;
  /** Received and not yet taken, the oldest first. */
  signals?: readonly Signal[];
  /** Of a child: the first execution of its tree, whose budget is that of all of them. */
  rootId?: string | null;
  /** Of a child: the first execution of its tree is paused, so no task of it starts. */
  rootPaused?: boolean;
  /** Of a child: the task that waits for it has ended, so nobody needs it any more. */
  parentEnded?: boolean;
}

/** One row of `task_executions`: a task, or one item of a map (`mapIndex`). A map's own row has `mapIndex` null. */
export interface Task {
  id: string;
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
  /** 0 before the first attempt. */
  attempt: number;
  /** Loaded only if an expression needs it (`outputsNeeded`). */
  output: Json;
  error: Failure | null;
  /** Due time of a timer or of a retry; null if there is none. */
  notBefore: Date | null;
  /** Its input was given in place of its mapping. */
  inputGiven?: boolean;
}
