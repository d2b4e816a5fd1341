/** The shapes of workflows in the API contract. */
import { z } from 'zod';
import { changesOf } from '../../core/audit-changes.js';
import { taskConfig } from '../../core/definitions/definition-input.js';
import { TASK_TYPES, type WorkflowDefinition } from '../../core/workflows/workflow.js';
import { type Figures, type HistoryRow, type ListedWorkflow } from '../../store/workflows/workflow-list.js';
import { json, money, usd } from '../http/shapes.js';
const some = z.record(z.string(), json);

export const text = z.string().nullable();

/** The models of it that are not available. An execution would be refused. */
const unavailable = z.array(z.string());

export const workflowSummary = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: text,
    category: z.string(),
    version: z.string(),
    minTier: z.int(),
    enabled: z.boolean(),
    modelIds: z.array(z.string()),
    unavailable,
    tasks: z.array(
      z.strictObject({ id: z.string(), type: z.string(), modelId: text, dependsOn: z.array(z.string()) }),
    ),
    /** Over the last 30 days: of the tenant, or of all tenants for administrators. */
    executions30d: z.int(),
    medianSeconds: z.number().nullable(),
    medianUsd: money.nullable(),
    /** Of the executions that succeeded or failed; null if there were none. */
    successRate: z.number().nullable(),
  })
  .meta({ id: 'WorkflowSummary' });

/** The order of the tasks, derived from what each depends on. */
const graph = z
  .strictObject({
    nodes: z.array(z.strictObject({ id: z.string(), type: z.string(), modelId: z.string().optional() })),
    edges: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  })
  .meta({ id: 'WorkflowGraph' });

const task = z
  .strictObject({
    taskId: z.string(),
    name: z.string(),
    description: text,
    type: z.enum(TASK_TYPES),
    modelId: text,
    serviceId: text,
    config: taskConfig,
    inputMapping: some.nullable(),
    outputMapping: some.nullable(),
    dependsOn: z.array(z.string()),
    condition: text,
    /** Of one attempt, in seconds. */
    timeout: z.number(),
  })
  .meta({ id: 'WorkflowTask' });

const parameter = z
  .strictObject({
    name: z.string(),
    displayName: text,
    description: text,
    type: z.string(),
    default: json,
    validation: some,
    uiComponent: z.string(),
    uiConfig: some,
    userConfigurable: z.boolean(),
    adminOnly: z.boolean(),
  })
  .meta({ id: 'WorkflowParameter' });

export const workflow = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    /** The title of its executions: a CEL expression over `params`. */
    title: text,
    description: text,
    category: z.string(),
    version: z.string(),
    enabled: z.boolean(),
    unavailable,
    dag: graph,
    inputSchema: some,
    outputSchema: some,
    outputMapping: some.nullable(),
    defaultParameters: some,
    timeout: z.int(),
    maxRetries: z.int(),
    minTier: z.int(),
    /** The workflow that is started when an execution of this one fails or times out; null if none is. */
    onFailure: z.strictObject({ workflowId: z.string() }).nullable(),
    requiresAuditTrail: z.boolean(),
    hipaaCompliant: z.boolean(),
    tasks: z.array(task),
    parameters: z.array(parameter),
  })
  .meta({ id: 'Workflow' });

export const byWorkflow = z.object({ workflowId: z.string().max(100) });

export const showWorkflow = ({ definition, enabled, unavailable }: ListedWorkflow) => ({
  headers: { ETag: `"${definition.version}"` },
  body: { title: null, onFailure: null, ...definition, enabled, unavailable },
});

const NEVER_RUN = { executions30d: 0, medianSeconds: null, medianUsd: null, successRate: null };

export function summarise(
  { definition, enabled, unavailable }: ListedWorkflow,
  figures: Figures | undefined,
) {
  const { id, name, description, category, version, minTier, tasks } = definition;
  const { executions30d, medianSeconds, medianUsd, successRate } = figures ?? NEVER_RUN;
  return {
    id,
    name,
    description,
    category,
    version,
    minTier,
    enabled,
    modelIds: modelsOf(definition),
    unavailable,
    tasks: tasks.map(({ taskId, type, modelId, dependsOn }) => ({ id: taskId, type, modelId, dependsOn })),
    executions30d,
    medianSeconds,
    medianUsd: medianUsd === null ? null : usd(medianUsd),
    successRate,
  };
}

export function showEntry(row: HistoryRow) {
  const { seq: _, actorId, before, after, ...entry } = row;
  return { ...entry, actor: actorId, changes: changesOf(before, after) };
}

const modelsOf = ({ tasks }: WorkflowDefinition): string[] => [
  ...new Set(tasks.map(({ modelId }) => modelId).filter((id) => id !== null)),
];
