/** Models and workflows for tests, registered as an administrator would. */
import { openModels } from '../../src/store/models/models.js';
import { listen } from '../../src/store/db/notifications.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import type { TestSystem } from './system.js';

/** A model that answers with its input, after `seconds` of the stand-in's time. */
export async function registerEchoModel(
  system: TestSystem,
  modelId: string,
  {
    seconds = 0.1,
    maxInstances = 2,
    perInstance = 4,
    driver = 'sagemaker-async',
    warmupSeconds = 1,
    idleMinutes = 15,
    instanceType = 'ml.g5.12xlarge',
    hourlyRate = '14.28',
    longest,
  }: {
    seconds?: number;
    maxInstances?: number;
    perInstance?: number;
    driver?: 'sagemaker-async' | 'sagemaker-realtime';
    warmupSeconds?: number;
    idleMinutes?: number;
    instanceType?: string;
    hourlyRate?: string;
    /** `maxInvocationSeconds` */
    longest?: number;
  } = {},
): Promise<void> {
  const events = await listen(system.servers.databaseUrl, () => {});
  const models = openModels(system.ledger, events);
  await models.create(
    {
      modelId,
      name: modelId,
      displayName: modelId,
      category: 'test',
      deployment: {
        driver,
        image: 'echo:1',
        instanceType,
        environment: {
          MODEL_NAME: 'echo',
          ECHO_SECONDS: String(seconds),
          STANDIN_WARMUP_SECONDS: String(warmupSeconds),
        },
        executionRoleArn: 'arn:aws:iam::000000000000:role/radiant',
        maxConcurrentInvocationsPerInstance: perInstance,
        ...(longest !== undefined && { maxInvocationSeconds: longest }),
      },
      thermal: {
        defaultState: 'OFF',
        scaleToZeroAfterMinutes: idleMinutes,
        warmupTimeSeconds: 1,
        minInstances: 0,
        maxInstances,
      },
      pricing: { hourlyRate, perRequest: '0.01', markup: '0.75' },
      licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
    },
    SYSTEM,
  );
  models.stop();
  await events.stop();
}

export interface TaskFixture {
  id: string;
  type?: string;
  model?: string;
  after?: string[];
  condition?: string;
  config?: Record<string, unknown>;
  input?: Record<string, unknown>;
  timeout?: number;
}

/** Publishes a workflow of these tasks. */
export async function publishWorkflow(
  system: TestSystem,
  workflowId: string,
  tasks: TaskFixture[],
  {
    retries = 3,
    timeout = 3600,
    minTier = 1,
    onFailure = null,
    outputMapping = null,
    parameters = [],
  }: {
    retries?: number;
    timeout?: number;
    minTier?: number;
    /** The workflow that handles failures. */
    onFailure?: string | null;
    outputMapping?: Record<string, unknown> | null;
    parameters?: { name: string; type: string; default?: unknown; validation?: Record<string, unknown> }[];
  } = {},
): Promise<void> {
  const dag = {
    nodes: tasks.map(({ id, type = 'task', model }) => ({ id, type, ...(model && { modelId: model }) })),
    edges: tasks.flatMap(({ id, after = [] }) => after.map((from) => ({ from, to: id }))),
  };
  await system.ledger.as(SYSTEM, async (session) => {
    const [workflow] = await session.query<{ id: string }>(
      `insert into workflow_definitions (workflow_id, name, category, dag_definition, input_schema, max_retries,
         timeout_seconds, min_tier, output_mapping, on_failure)
       values ($1, $1, 'test', $2, '{"type": "object"}', $3, $4, $5, $6, $7) returning id`,
      [
        workflowId,
        JSON.stringify(dag),
        retries,
        timeout,
        minTier,
        outputMapping && JSON.stringify(outputMapping),
        onFailure && JSON.stringify({ workflowId: onFailure }),
      ],
    );
    for (const [place, task] of tasks.entries()) {
      await session.query(
        `insert into workflow_tasks (workflow_id, task_id, name, task_type, model_id, config, input_mapping,
           sequence_order, depends_on, condition_expression, timeout_seconds)
         values ($1, $2, $2, $3, (select id from ai_models where model_id = $4 and status <> 'retired'), $5, $6, $7, $8, $9, $10)`,
        [
          workflow?.id,
          task.id,
          task.type ?? 'task',
          task.model ?? null,
          JSON.stringify(task.config ?? {}),
          task.input ? JSON.stringify(task.input) : null,
          place,
          task.after ?? [],
          task.condition ?? null,
          task.timeout ?? 300,
        ],
      );
    }
    for (const [place, parameter] of parameters.entries()) {
      await session.query(
        `insert into workflow_parameters (workflow_id, parameter_name, data_type, default_value, validation_rules, sequence_order)
         values ($1, $2, $3, $4, $5, $6)`,
        [
          workflow?.id,
          parameter.name,
          parameter.type,
          parameter.default === undefined ? null : JSON.stringify(parameter.default),
          JSON.stringify(parameter.validation ?? {}),
          place,
        ],
      );
    }
    await session.query('select publish_workflow($1)', [workflowId]);
  });
}

/** A small form of AlphaFold's graph: check, then two, then one that needs both, then two more. */
export const diamond = (model: string): TaskFixture[] => [
  { id: 'check', type: 'validation' },
  { id: 'left', model, after: ['check'] },
  { id: 'right', model, after: ['check'] },
  { id: 'join', model, after: ['left', 'right'] },
  { id: 'finish_a', model, after: ['join'] },
  { id: 'finish_b', model, after: ['join'] },
];

export async function submit(
  system: TestSystem,
  workflowId: string,
  parameters: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await system.ask(
    'POST',
    `/v1/workflows/${workflowId}/executions`,
    { parameters, ...more },
    headers,
  );
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}
