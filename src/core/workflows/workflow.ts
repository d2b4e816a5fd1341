/** A workflow version as the ledger keeps it, and the rows that one execution of it is made of. */
import type { Json, JsonObject } from '../json/json.js';
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
  /** CEL, a list. */
  over: string;
  as?: string;
  maxConcurrency?: number;
  /** Items that may fail before the map fails. */
  toleratedFailures?: number;
}

export interface TaskConfig {
  join?: JoinRule;
  onFailure?: 'fail' | 'continue';
  fallbackModelId?: string;
  retry?: RetryPolicy;
  map?: MapRule;
  /** `wait`: exactly one of a length in seconds, an instant (CEL, a timestamp string), a signal's name. */
  wait?: { seconds?: number; until?: string; signal?: string };
  /** `workflow`: the workflow to run as a child. */
  workflowId?: string;
  /** `validation`: JSON Schema for the input, and named checks on single values. */
  schema?: JsonObject;
  checks?: { check: string; value: string; message?: string; [option: string]: Json | undefined }[];
  [other: string]: unknown;
}

/** One task of a version: the shape `get_workflow_config` returns. */
export interface WorkflowTask {
  taskId: string;
  name: string;
  description: string | null;
  type: TaskType;
  modelId: string | null;
  serviceId: string | null;
  config: TaskConfig;
  /** JSON whose string values are CEL; null means the default shape (see `mapping.ts`). */
  inputMapping: JsonObject | null;
  outputMapping: JsonObject | null;
  dependsOn: string[];
  condition: string | null;
  /** Run-time limit of one attempt, in seconds. */
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
  /** What its executions are called: CEL over `params`, a text. Older versions have none. */
  title?: string | null;
  description: string | null;
  category: string;
  version: string;
  dag: { nodes: { id: string; type: string; modelId?: string }[]; edges: { from: string; to: string }[] };
  inputSchema: JsonObject;
  outputSchema: JsonObject;
  outputMapping: JsonObject | null;
  defaultParameters: JsonObject;
  /** Run-time limit of an execution, in seconds, from its first running task. */
  timeout: number;
  maxRetries: number;
  minTier: number;
  requiresAuditTrail: boolean;
  hipaaCompliant: boolean;
  tasks: WorkflowTask[];
  parameters: WorkflowParameter[];
}

/** Why a task or an execution failed: `code` is stable, `message` says what to do and holds no payload. */
export interface Failure {
  code: string;
  message: string;
}

export interface Execution {
  id: string;
  status: ExecutionStatus;
  /** Resolved: defaults and the caller's, field by field. */
  parameters: JsonObject;
  createdAt: Date;
  /** First running task; null before. */
  startedAt: Date | null;
  deadline: Date | null;
  /** What it has cost so far, and what it may cost; null is without a limit. */
  spentUsd: string;
  budgetUsd: string | null;
}

/** One row of `task_executions`: a step, or one item of a map (`mapIndex`); a map's own row has `mapIndex` null. */
export interface Task {
  id: string;
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
  /** 0 before the first attempt. */
  attempt: number;
  /** Loaded only where an expression needs it (`outputsNeeded`). */
  output: Json;
  error: Failure | null;
  /** Due time of a waiting timer or of a retry; null when there is none. */
  notBefore: Date | null;
}
