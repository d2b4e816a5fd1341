/** Reads an ended execution for a rerun. */
import { NotFound } from '../../core/errors.js';
import type { ModelConfig } from '../../core/models/model.js';
import type { ExecutionStatus } from '../../core/status.js';
import type { Task } from '../../core/workflows/workflow.js';
import { parseModel } from '../models/models.js';
import type { Session } from '../db/ledger.js';
import type { JsonObject } from '../../core/json/json.js';

export interface EarlierExecution {
  id: string;
  workflowId: string;
  versionId: string;
  status: ExecutionStatus;
  errorCode: string | null;
  parameters: JsonObject;
  resolvedParameters: JsonObject;
  models: Record<string, ModelConfig>;
  /** Executions whose files it may open. */
  origins: string[];
  /** The versions of the workflows that it runs as children, by id. */
  childVersions: Record<string, string>;
  name: string | null;
  priority: number;
  tags: string[];
  budgetUsd: string | null;
  webhookUrl: string | null;
  tasks: (Task & { modelId: string | null; inputGiven: boolean })[];
  /** Who requested it. */
  requesterId: string;
}

/** Outputs are not loaded: SQL copies them into the rows of the new execution. @throws NotFound */
export async function readForRerun(
  session: Session,
  tenantId: string,
  executionId: string,
): Promise<EarlierExecution> {
  const [execution] = await session.query<Omit<EarlierExecution, 'tasks'>>(
    `select e.id, w.workflow_id, e.workflow_version_id as version_id, e.status, e.error_code, e.input_parameters as parameters,
       e.resolved_parameters, e.model_snapshots as models, e.origins, e.child_versions, e.user_id as requester_id, e.name, e.priority, e.tags, e.budget_usd, e.webhook_url
     from workflow_executions e join workflow_definitions w on w.id = e.workflow_id
     where e.id = $1 and e.tenant_id = $2`,
    [executionId, tenantId],
  );
  if (!execution) throw new NotFound('execution', executionId);
  const tasks = await session.query<EarlierExecution['tasks'][number]>(
    `select id, task_id, map_index, status, attempt_number as attempt, null as output, null as error, not_before,
       model_key as model_id, input_given
     from task_executions where workflow_execution_id = $1`,
    [executionId],
  );
  const models = Object.entries(execution.models).map(([id, model]) => [id, parseModel(model)] as const);
  return { ...execution, models: Object.fromEntries(models), tasks };
}
