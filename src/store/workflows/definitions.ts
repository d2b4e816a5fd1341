/** Changes workflows: rows and published version in one transaction, with one audit row. */
import { isDeepStrictEqual } from 'node:util';
import {
  validateInParts,
  type Registry,
  type ValidationResult,
} from '../../core/definitions/definition-errors.js';
import {
  definitionOf,
  inputOf,
  isSameWorkflow,
  nextVersion,
  workflowInput,
} from '../../core/definitions/definition-input.js';
import { Conflict, InvalidInput, NotFound } from '../../core/errors.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import type { WorkflowDefinition } from '../../core/workflows/workflow.js';
import { inChunks } from '../db/yielding.js';
import { adminOf } from '../db/ledger.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';
import type { JsonObject } from '../../core/json/json.js';

/** All faults of a definition, checked against the current models and workflows. */
export async function validate(session: Session, given: unknown): Promise<ValidationResult> {
  return inChunks(validateInParts(given, await readKnown(session)));
}

async function readKnown(session: Session): Promise<Registry> {
  const models = await session.query<{ id: string; enabled: boolean }>(
    `select model_id as id, enabled from ai_models where status not in ('retired', 'retiring')`,
  );
  const workflows = await session.query<{ id: string; children: string[]; handler: string | null }>(
    `select w.workflow_id as id, w.on_failure ->> 'workflowId' as handler, array(
       select t.config ->> 'workflowId' from workflow_tasks t
       where t.workflow_id = w.id and t.task_type = 'workflow' and t.config ? 'workflowId'
     ) as children
     from workflow_definitions w`,
  );
  return {
    models: new Map(models.map(({ id, enabled }) => [id, { enabled }])),
    workflows: new Map(workflows.map(({ id, ...related }) => [id, related])),
  };
}

/** @throws InvalidInput `invalid_workflow` with every fault */
async function accepted(session: Session, given: unknown) {
  // Two workflows that are saved at the same time must not start each other.
  if (startsOthers(given))
    await session.query("select pg_advisory_xact_lock(hashtext('radiant: workflows that start workflows'))");
  const { faults } = await validate(session, given);
  if (faults.length > 0)
    throw new InvalidInput(
      'The workflow is not valid: correct the fields listed.',
      faults,
      'invalid_workflow',
    );
  return workflowInput.parse(given);
}

function startsOthers(given: unknown): boolean {
  const { tasks, onFailure = null } = { ...(given as { tasks?: unknown; onFailure?: unknown } | null) };
  const isChild = (task: { type?: unknown } | null) => task?.type === 'workflow';
  return onFailure !== null || (Array.isArray(tasks) && tasks.some(isChild));
}

/** @returns its id. @throws InvalidInput, Conflict `workflow_exists` */
export async function createWorkflow(ledger: Ledger, given: unknown, actor: Actor): Promise<string> {
  return ledger.as(actor, async (session) => {
    const input = await accepted(session, given);
    const definition = definitionOf(input, input.version ?? '1.0.0');
    const [row] = await session.query<{ id: string }>(
      `insert into workflow_definitions (${COLUMNS.join(', ')}, workflow_id, created_by, created_at, updated_at)
       values (${COLUMNS.map((_, place) => `$${place + 1}`).join(', ')}, $${COLUMNS.length + 1}, $${COLUMNS.length + 2}, ledger_now(), ledger_now())
       on conflict (workflow_id) do nothing returning id`,
      [...valuesOf(definition), definition.id, adminOf(actor)],
    );
    if (!row) {
      throw new Conflict(
        'workflow_exists',
        `Workflow ${definition.id} exists already: change it, or choose another id.`,
      );
    }
    await writeParts(session, row.id, definition);
    await session.query('select publish_workflow($1)', [definition.id]);
    return definition.id;
  });
}

/**
 * A change creates a new version. A patch without effect creates none. Existing versions never change.
 *
 * @throws NotFound, InvalidInput, Conflict `stale_version`, `version_exists`
 */
export async function editWorkflow(
  ledger: Ledger,
  {
    workflowId,
    actor,
    expectedVersion,
  }: { workflowId: string; actor: Actor; expectedVersion?: string | undefined },
  { version, ...patch }: JsonObject,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const { uuid, definition: present } = await lockWorkflow(session, workflowId);
    if (expectedVersion !== undefined && expectedVersion !== present.version)
      throw new Conflict(
        'stale_version',
        `Workflow ${workflowId} is now at version ${present.version}, not ${expectedVersion}: read it again and repeat the change.`,
        present,
      );
    const merged = mergePatch(inputOf(present), patch) as JsonObject;
    const input = await accepted(session, version === undefined ? merged : { ...merged, version });
    if (input.workflowId !== workflowId)
      throw new InvalidInput('The id of a workflow cannot change: create another workflow instead.', [
        { path: 'workflowId', message: 'cannot be changed' },
      ]);
    const wanted = input.version ?? present.version;
    if (wanted === present.version && isSameWorkflow(definitionOf(input), present)) return;
    const taken = new Set(await versionsOf(session, uuid));
    const next = input.version ?? nextVersion(present.version, taken);
    if (taken.has(next)) {
      throw new Conflict(
        'version_exists',
        `Version ${next} of workflow ${workflowId} exists already, and versions never change: leave version out, or name a new one.`,
      );
    }
    const definition = definitionOf(input, next);
    await session.query(
      `update workflow_definitions set ${COLUMNS.map((column, place) => `${column} = $${place + 1}`).join(', ')},
         updated_by = $${COLUMNS.length + 1}
       where id = $${COLUMNS.length + 2}`,
      [...valuesOf(definition), adminOf(actor), uuid],
    );
    await writeParts(session, uuid, definition, present);
    await session.query('select publish_workflow($1)', [workflowId]);
  });
}

/** Enables or disables a workflow. Accepted executions continue. @throws NotFound */
export async function useWorkflow(
  ledger: Ledger,
  workflowId: string,
  isUsed: boolean,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const { uuid } = await lockWorkflow(session, workflowId);
    await session.query(
      'update workflow_definitions set enabled = $2, updated_by = $3 where id = $1 and enabled <> $2',
      [uuid, isUsed, adminOf(actor)],
    );
  });
}

async function lockWorkflow(
  session: Session,
  workflowId: string,
): Promise<{ uuid: string; definition: WorkflowDefinition }> {
  const [locked] = await session.query<{ uuid: string }>(
    'select id as uuid from workflow_definitions where workflow_id = $1 for update',
    [workflowId],
  );
  if (!locked) throw new NotFound('workflow', workflowId);
  const [row] = await session.query<{ definition: WorkflowDefinition }>(
    'select workflow_config($1) as definition',
    [locked.uuid],
  );
  return { ...locked, definition: row?.definition as WorkflowDefinition };
}

const versionsOf = async (session: Session, workflow: string): Promise<string[]> =>
  (
    await session.query<{ version: string }>('select version from workflow_versions where workflow_id = $1', [
      workflow,
    ])
  ).map(({ version }) => version);

/** The columns that administrators fill, and the value of each. */
const FILLED: Record<string, (definition: WorkflowDefinition) => unknown> = {
  name: ({ name }) => name,
  title: ({ title }) => title ?? null,
  description: ({ description }) => description,
  category: ({ category }) => category,
  version: ({ version }) => version,
  dag_definition: ({ dag }) => JSON.stringify(dag),
  input_schema: ({ inputSchema }) => JSON.stringify(inputSchema),
  output_schema: ({ outputSchema }) => JSON.stringify(outputSchema),
  output_mapping: ({ outputMapping }) => outputMapping && JSON.stringify(outputMapping),
  default_parameters: ({ defaultParameters }) => JSON.stringify(defaultParameters),
  timeout_seconds: ({ timeout }) => timeout,
  max_retries: ({ maxRetries }) => maxRetries,
  min_tier: ({ minTier }) => minTier,
  on_failure: ({ onFailure }) => onFailure && JSON.stringify(onFailure),
  requires_audit_trail: ({ requiresAuditTrail }) => requiresAuditTrail,
  hipaa_compliant: ({ hipaaCompliant }) => hipaaCompliant,
};
const COLUMNS = Object.keys(FILLED);
const valuesOf = (definition: WorkflowDefinition) => Object.values(FILLED).map((of) => of(definition));

/** Replaces the rows of tasks and parameters if they differ. */
async function writeParts(
  session: Session,
  workflow: string,
  { tasks, parameters }: WorkflowDefinition,
  before?: WorkflowDefinition,
): Promise<void> {
  if (!before || !isDeepStrictEqual(tasks, before.tasks)) {
    await session.query('delete from workflow_tasks where workflow_id = $1', [workflow]);
    await session.query(
      `insert into workflow_tasks (workflow_id, task_id, name, description, task_type, model_id, service_id, config, input_mapping,
         output_mapping, sequence_order, depends_on, condition_expression, timeout_seconds, created_at, updated_at)
       select $1, t ->> 'taskId', t ->> 'name', t ->> 'description', t ->> 'type', m.id, t ->> 'serviceId', t -> 'config',
         nullif(t -> 'inputMapping', 'null'), nullif(t -> 'outputMapping', 'null'), place,
         array(select jsonb_array_elements_text(t -> 'dependsOn')), t ->> 'condition', (t ->> 'timeout')::int, ledger_now(), ledger_now()
       from jsonb_array_elements($2::jsonb) with ordinality e (t, place)
       left join ai_models m on m.model_id = t ->> 'modelId' and m.status <> 'retired'`,
      [workflow, JSON.stringify(tasks)],
    );
  }
  if (before && isDeepStrictEqual(parameters, before.parameters)) return;
  await session.query('delete from workflow_parameters where workflow_id = $1', [workflow]);
  await session.query(
    `insert into workflow_parameters (workflow_id, parameter_name, display_name, description, data_type, default_value, validation_rules,
       ui_component, ui_config, user_configurable, admin_only, sequence_order, created_at, updated_at)
     select $1, p ->> 'name', p ->> 'displayName', p ->> 'description', p ->> 'type', nullif(p -> 'default', 'null'), p -> 'validation',
       p ->> 'uiComponent', p -> 'uiConfig', (p ->> 'userConfigurable')::boolean, (p ->> 'adminOnly')::boolean, place, ledger_now(), ledger_now()
     from jsonb_array_elements($2::jsonb) with ordinality e (p, place)`,
    [workflow, JSON.stringify(parameters)],
  );
}
