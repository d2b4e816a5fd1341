/** The ledger in PostgreSQL's own catalogue: every table is there, and append-only rows do not change. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ATTEMPT_MOVES, EXECUTION_MOVES, HEAT_MOVES, isTerminal, TASK_MOVES } from '../../src/core/status.js';
import { openLedger } from '../../src/store/db/ledger.js';
import { insertExecutions } from '../../src/store/executions/insert.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { type NewExecution } from '../../src/store/executions/new-execution.js';

let system: TestSystem;
let executionId: string;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  const [version] = await ask<Pick<NewExecution, 'versionId' | 'workflowUuid' | 'definition'>>(
    'select id as "versionId", workflow_id as "workflowUuid", definition from workflow_versions',
  );
  const [user] = await ask<{ tenantId: string; userId: string }>(
    'select tenant_id as "tenantId", id as "userId" from users',
  );
  if (!version || !user) throw new Error('The seed is missing.');
  const plain = { parameters: {}, resolvedParameters: {}, models: {} };
  const estimate = { usd: null, basis: 'none' } as const;
  ({ id: executionId } = await insertExecutions(system.ledger, { ...version, ...user, ...plain, estimate }));
});
afterAll(() => system.stop());

const ask = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await system.owner.query<Row>(sql, values)).rows;

const SEED: Record<string, string> = {
  ai_models:
    'id model_id name display_name description category specialty provider_type deployment_config parameters accuracy benchmark capabilities input_formats output_formats architecture performance_metrics thermal_config current_thermal_state last_thermal_change pricing_config min_tier requires_gpu gpu_memory_gb enabled status version repository release_date created_at updated_at created_by updated_by',
  model_licenses:
    'id model_id license_type license_spdx license_url commercial_use commercial_notes attribution_required attribution_text share_alike compliance_status last_compliance_review reviewed_by compliance_notes expires_at created_at updated_at',
  model_dependencies:
    'id model_id dependency_type dependency_name dependency_size_gb dependency_license required notes created_at',
  workflow_definitions:
    'id workflow_id name description category version dag_definition input_schema output_schema default_parameters timeout_seconds max_retries min_tier enabled requires_audit_trail hipaa_compliant created_at updated_at created_by',
  workflow_tasks:
    'id workflow_id task_id name description task_type model_id service_id config input_mapping output_mapping sequence_order depends_on condition_expression timeout_seconds created_at updated_at',
  workflow_parameters:
    'id workflow_id parameter_name display_name description data_type default_value validation_rules ui_component ui_config user_configurable admin_only sequence_order created_at',
  workflow_executions:
    'id workflow_id tenant_id user_id status input_parameters resolved_parameters output_data error_message error_details started_at completed_at duration_ms estimated_cost_usd actual_cost_usd checkpoint_data priority created_at updated_at',
  task_executions:
    'id workflow_execution_id task_id status attempt_number input_data output_data error_message error_code started_at completed_at duration_ms resource_usage cost_usd model_id model_endpoint created_at updated_at',
  orchestration_audit_log:
    'id entity_type entity_id action actor_id actor_type previous_state new_state change_summary ip_address user_agent created_at',
};

describe('the schema', () => {
  test.each(Object.entries(SEED))('%s has every column', async (table, columns) => {
    const found = await ask<{ column_name: string }>(
      `select column_name from information_schema.columns where table_schema = 'radiant' and table_name = $1`,
      [table],
    );
    expect(found.map((column) => column.column_name)).toEqual(expect.arrayContaining(columns.split(' ')));
  });

  test.each([
    ['workflow_executions', 'status', EXECUTION_MOVES],
    ['task_executions', 'status', TASK_MOVES],
    ['task_attempts', 'status', ATTEMPT_MOVES],
    ['ai_models', 'current_thermal_state', HEAT_MOVES],
  ])(
    'the CHECK of %s.%s lists the states of src/core/status.ts and no other',
    async (table, column, moves) => {
      const [check] = await ask<{ definition: string }>(
        `select pg_get_constraintdef(c.oid) as definition
       from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
       where c.contype = 'c' and c.conrelid = $1::regclass and a.attname = $2`,
        [table, column],
      );
      const states = [...(check?.definition ?? '').matchAll(/'(\w+)'/g)].map(([, state]) => state);
      expect(states).toHaveLength(Object.keys(moves).length);
      expect(new Set(states)).toEqual(new Set(Object.keys(moves)));
    },
  );

  test('an amount is numeric(20,9) everywhere, and a sum of amounts wider', async () => {
    const sums = new Set([
      'task_executions.cost_usd',
      'workflow_executions.actual_cost_usd',
      'workflow_executions.children_cost_usd',
      'tenant_months.spent_usd',
      'tenant_months.reserved_usd',
    ]);
    const money = await ask<{ column: string; type: string }>(
      `select c.relname || '.' || a.attname as column, format_type(a.atttypid, a.atttypmod) as type
       from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'radiant'::regnamespace and c.relkind = 'r' and a.attname ~ '(_usd|_rate)$'`,
    );
    expect(money.length).toBeGreaterThanOrEqual(7);
    expect(
      money.filter(({ column, type }) => type !== (sums.has(column) ? 'numeric(38,9)' : 'numeric(20,9)')),
    ).toEqual([]);
  });

  test('every foreign key has an index that begins with its columns, or with a unique one of them', async () => {
    expect(
      await ask(
        `select k.conrelid::regclass::text as table, k.conname from pg_constraint k
         where k.contype = 'f' and k.connamespace = 'radiant'::regnamespace and not exists (
           select from pg_index i
           where i.indrelid = k.conrelid and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')
             and ((i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
               -- one column of several that alone is the key of the other table
               or exists (
                 select from unnest(k.conkey, k.confkey) as c (own, other)
                 join pg_index u on u.indrelid = k.confrelid and u.indisunique and u.indnkeyatts = 1 and u.indkey[0] = c.other
                 where c.own = i.indkey[0])))`,
      ),
    ).toEqual([]);
  });
});

describe('append-only rows', () => {
  test.each([
    ['workflow_versions', 'definition'],
    ['execution_events', 'to_status'],
    ['orchestration_audit_log', 'new_state'],
    ['thermal_events', 'reason'],
  ])('rows of %s refuse update, delete and truncate, even to a superuser', async (table, column) => {
    await system.owner.query(
      `insert into thermal_events (model_id, from_heat, to_heat, instances, reason) select id, 'OFF', 'WARMING', 1, 'test' from ai_models`,
    );
    for (const statement of [
      `update ${table} set ${column} = ${column}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      await expect(system.owner.query(statement), statement).rejects.toThrow(/never changed/);
      await expect(system.ledger.query(statement), statement).rejects.toThrow(/permission denied/);
    }
  });

  test.each([
    ['workflow_executions', 'id', 'completed_at', 'execution', EXECUTION_MOVES],
    ['task_executions', 'id', 'completed_at', 'task', TASK_MOVES],
    ['task_attempts', 'invocation_id', 'ended_at', 'attempt', ATTEMPT_MOVES],
  ] as const)('nothing leaves a terminal state in %s', async (table, key, endedAt, machine, moves) => {
    for (const terminal of Object.keys(moves).filter((status) => isTerminal(machine, status))) {
      const row = await insertRow(table);
      await system.owner.query(
        `update ${table} set status = $2, ${endedAt} = now(), error_code = 'test' where ${key} = $1`,
        [row, terminal],
      );
      for (const status of Object.keys(moves).filter((other) => other !== terminal)) {
        await expect(
          system.owner.query(`update ${table} set status = $2, ${endedAt} = null where ${key} = $1`, [
            row,
            status,
          ]),
          `${terminal} -> ${status}`,
        ).rejects.toThrow(/has ended/);
      }
    }
  });

  test('a task succeeds in one attempt only, and has one running at a time', async () => {
    const task = await insertRow('task_executions');
    const attempt = (number: number, status: string) =>
      system.owner.query(
        `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status, ended_at)
         select id, $2, workflow_execution_id, tenant_id, 'w', $3::text, case when $3::text <> 'running' then now() end
         from task_executions where id = $1`,
        [task, number, status],
      );
    await attempt(1, 'succeeded');
    await expect(attempt(2, 'succeeded')).rejects.toThrow(/task_attempts_one_success/);
    await attempt(2, 'running');
    await expect(attempt(3, 'running')).rejects.toThrow(/task_attempts_one_running/);
    await expect(attempt(2, 'failed')).rejects.toThrow(/unique/);
  });

  test('an attempt belongs to the execution and the tenant of its task, and a task to the tenant of its execution', async () => {
    const [task, other] = [await insertRow('task_executions'), await insertRow('workflow_executions')];
    const attempt = (execution: string, tenant: string) =>
      system.owner.query(
        `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker)
         select id, 1, ${execution}, ${tenant}, 'w' from task_executions where id = $1`,
        [task],
      );
    await expect(attempt(`'${other}'`, 'tenant_id')).rejects.toThrow(/belongs to the execution/);
    await expect(attempt('workflow_execution_id', 'gen_random_uuid()')).rejects.toThrow(/belongs to the/);
    await attempt('workflow_execution_id', 'tenant_id');
    await expect(
      system.owner.query(
        `insert into task_executions (workflow_execution_id, tenant_id, task_id, timeout_seconds)
         values ($1, gen_random_uuid(), 'z', 1)`,
        [other],
      ),
    ).rejects.toThrow(/belongs to the tenant of its execution/);
    // Nor does a service move one later.
    for (const column of ['tenant_id', 'workflow_execution_id', 'id'])
      await expect(
        system.ledger.query(`update task_executions set ${column} = gen_random_uuid() where id = $1`, [task]),
        column,
      ).rejects.toThrow(/is never changed/);
  });

  /** Inserts a row in the first state of its machine. */
  async function insertRow(
    table: 'workflow_executions' | 'task_executions' | 'task_attempts',
  ): Promise<string> {
    const columns = 'workflow_id, workflow_version_id, tenant_id, user_id';
    const [execution] = await ask<{ id: string }>(
      `insert into workflow_executions (${columns}) select ${columns} from workflow_executions where id = $1 returning id`,
      [executionId],
    );
    if (table === 'workflow_executions') return execution?.id ?? '';
    const [task] = await ask<{ id: string }>(
      `insert into task_executions (workflow_execution_id, tenant_id, task_id, timeout_seconds)
       select id, tenant_id, 'only', 60 from workflow_executions where id = $1 returning id`,
      [execution?.id],
    );
    if (table === 'task_executions') return task?.id ?? '';
    const [attempt] = await ask<{ id: string }>(
      `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker)
       select id, 1, workflow_execution_id, tenant_id, 'w' from task_executions where id = $1 returning invocation_id as id`,
      [task?.id],
    );
    return attempt?.id ?? '';
  }
});

test('a migration beside running services does not break the statements that they have prepared', async () => {
  const ledger = openLedger(system.servers.databaseUrl, { max: 4, byIndex: true });
  const statement = { name: 'read_stale', text: 'select n from stale_plans' };
  const readers = {
    alone: () => ledger.query(statement),
    'in a transaction': () => ledger.transaction((session) => session.query(statement)),
  };
  await ask('create table radiant.stale_plans as select 1::int as n');
  await ask('grant select on radiant.stale_plans to public');
  try {
    for (const [type, read] of [
      ['numeric', readers.alone],
      ['text', readers['in a transaction']],
    ] as const) {
      const all = () => Promise.all(Array.from({ length: 8 }, read));
      await all();
      await ask(`alter table radiant.stale_plans alter n type ${type}`);
      expect(await all()).toEqual(Array.from({ length: 8 }, () => [{ n: '1' }]));
    }
  } finally {
    await ledger.stop();
    await ask('drop table radiant.stale_plans');
  }
});
