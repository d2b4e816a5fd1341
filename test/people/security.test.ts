/** Row level security and rights, by PostgreSQL's catalogue and by two tenants that try to break them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertExecutions } from '../../src/store/executions/insert.js';
import type { NewExecution } from '../../src/store/executions/new-execution.js';
import { addUser } from '../../src/store/people/identity.js';
import { openLedger, type TenantClaims } from '../../src/store/db/ledger.js';
import { LOGIN } from '../harness/global.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let acme: TenantClaims;
let globex: TenantClaims;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  [acme, globex] = [await addTenant('acme'), await addTenant('globex')];
});
afterAll(() => system.stop());

const ask = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await system.owner.query<Row>(sql, values)).rows;

/** A tenant with a user, an execution, its tasks, an attempt, a signal, an approval, a schedule, its tick, a quote, a trigger, its delivery and their events. */
async function addTenant(tenant: string): Promise<TenantClaims> {
  const user = await addUser(system.ledger, {
    tenant: { name: tenant, tier: 4 },
    email: `u@${tenant}.test`,
    role: 'tenant_user',
  });
  const [version] = await ask<Pick<NewExecution, 'versionId' | 'workflowUuid' | 'definition'>>(
    'select id as "versionId", workflow_id as "workflowUuid", definition from workflow_versions',
  );
  if (!version) throw new Error('The seed is missing.');
  const plain = { parameters: { sequence: tenant }, resolvedParameters: {}, models: {} };
  const estimate = { usd: null, basis: 'none' } as const;
  const { id } = await insertExecutions(system.ledger, { ...version, ...user, ...plain, estimate });
  await ask(
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker)
     select id, 1, workflow_execution_id, tenant_id, 'w' from task_executions where workflow_execution_id = $1 limit 1`,
    [id],
  );
  await ask(
    `insert into execution_signals (workflow_execution_id, tenant_id, name, payload)
     select id, tenant_id, 'go', 'null' from workflow_executions where id = $1`,
    [id],
  );
  await ask(
    `insert into approvals (id, workflow_execution_id, tenant_id, approvers, allow_self)
     select id, workflow_execution_id, tenant_id, '{tenant_user}', true from task_executions where workflow_execution_id = $1 limit 1`,
    [id],
  );
  await ask(
    `with actor as materialized (
       select set_config('radiant.actor_type', 'system', true)
     ), made as (
       insert into schedules (tenant_id, user_id, workflow_id, name, interval_seconds, request, overlap, catch_up_seconds, jitter_seconds)
       select tenant_id, user_id, workflow_id, 'nightly', 60, '{}', 'skip', 60, 0 from workflow_executions, actor where id = $1
       returning id, tenant_id
     )
     insert into schedule_ticks (schedule_id, tenant_id, tick_at, state) select id, tenant_id, now(), 'waiting' from made`,
    [id],
  );
  await ask(
    `insert into quotes (tenant_id, user_id, workflow_version_id, parameters_hash, prices_hash, expires_at)
     select tenant_id, user_id, workflow_version_id, '', '', now() from workflow_executions where id = $1`,
    [id],
  );
  await ask(
    `with actor as materialized (
       select set_config('radiant.actor_type', 'system', true)
     ), made as (
       insert into triggers (tenant_id, user_id, workflow_id, name, scheme, secret, parameters)
       select tenant_id, user_id, workflow_id, 'hook', 'github', 'env:RADIANT_SECRET_HOOK_A', '{}' from workflow_executions, actor
       where id = $1 returning id, tenant_id
     )
     insert into trigger_deliveries (trigger_id, tenant_id, delivery_id, outcome) select id, tenant_id, 'a', 'ignored' from made`,
    [id],
  );
  await ask(
    `insert into failure_handlers (execution_id, tenant_id, handler_workflow_id)
     select id, tenant_id, 'handler' from workflow_executions where id = $1`,
    [id],
  );
  await ask(`insert into tenant_months (tenant_id, month) values ($1, '2026-01-01')`, [user.tenantId]);
  await ask(`insert into budget_alerts (tenant_id, month, threshold) values ($1, '2026-01-01', 1)`, [
    user.tenantId,
  ]);
  await ask(`select enqueue_webhook($1, 'https://receiver.test/', 'test', '{}')`, [user.tenantId]);
  return user;
}

/** Tables with rows of tenants, and the column with the tenant. */
const tenantTables = () =>
  ask<{ table: string; column: string }>(
    `select c.relname as table, a.attname as column
     from pg_class c join pg_attribute a on a.attrelid = c.oid
       and (a.attname = 'tenant_id' or c.relname = 'tenants' and a.attname = 'id')
     where c.relkind = 'r' and c.relnamespace = 'radiant'::regnamespace order by 1`,
  );

/** Each query finds violations: its answer must be empty. */
const CATALOGUE: Record<string, string> = {
  "a login is no superuser and bypasses nothing, except the server's first":
    'select rolname from pg_roles where rolcanlogin and (rolsuper or rolbypassrls) and oid <> 10',
  'nothing that matters belongs to a role that can log in': `
    select o.objid::text, r.rolname from pg_shdepend o join pg_roles r on r.oid = o.refobjid
    where o.refclassid = 'pg_authid'::regclass and o.deptype = 'o' and r.rolcanlogin and r.oid <> 10`,
  'tables, views and functions belong to radiant_owner': `
    select relname from pg_class where relnamespace = 'radiant'::regnamespace and relkind in ('r', 'v', 'm', 'S')
      and pg_get_userbyid(relowner) <> 'radiant_owner'
    union all select proname from pg_proc where pronamespace in ('radiant'::regnamespace)
      and pg_get_userbyid(proowner) <> 'radiant_owner'`,
  'a table of tenants is under row level security, its owner too, and every row has a tenant': `
    select c.relname from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
    where c.relkind = 'r' and c.relnamespace = 'radiant'::regnamespace
      and (a.attname is not null or c.relname = 'tenants')
      and not (c.relrowsecurity and c.relforcerowsecurity
        and (a.attnotnull is not false or c.relname = 'orchestration_audit_log'))`,
  'a policy that lets rows in checks them': `
    select tablename, policyname from pg_policies where cmd in ('ALL', 'INSERT', 'UPDATE') and with_check is null`,
  'a view uses the rights of its caller': `
    select relname from pg_class where relkind = 'v' and relnamespace = 'radiant'::regnamespace
      and not coalesce(reloptions @> array['security_invoker=true'], false)`,
  'a function sets its search_path, or binds its names when it is made': `
    select proname from pg_proc where pronamespace in ('radiant'::regnamespace)
      and prosqlbody is null
      and not exists (select from unnest(proconfig) setting where setting like 'search_path=%')`,
  'a tenant may write nowhere': `
    select relname from pg_class where relkind in ('r', 'S') and relnamespace = 'radiant'::regnamespace
      and case relkind when 'r' then has_any_column_privilege('authenticated', oid, 'insert, update')
          or has_table_privilege('authenticated', oid, 'delete, truncate, trigger')
        else has_sequence_privilege('authenticated', oid, 'usage, update') end`,
  'a tenant may call nothing that writes': `
    select proname from pg_proc where pronamespace = 'radiant'::regnamespace
      and has_function_privilege('authenticated', oid, 'execute') and provolatile = 'v' and proname <> 'ledger_now'`,
  'the services may not rewrite history': `
    select t from unnest(array['orchestration_audit_log', 'execution_events', 'thermal_events', 'workflow_versions']) t
    where has_table_privilege('radiant_engine', t, 'update, delete, truncate')`,
  'events come from moves alone': `
    select 1 where has_any_column_privilege('radiant_engine', 'execution_events', 'insert')`,
  'no trigger of ours is on a table of another schema': `
    select proname from pg_proc where pronamespace = 'radiant'::regnamespace and prorettype = 'trigger'::regtype
      and has_function_privilege('radiant_engine', oid, 'execute')`,
};

describe('the catalogue', () => {
  test.each(Object.entries(CATALOGUE))('%s', async (_, question) => {
    expect(await ask(question)).toEqual([]);
  });
});

describe('a tenant', () => {
  const UNREADABLE = new Set(['api_keys', 'orchestration_audit_log']);

  test('sees its own rows in every tenant table, and no other', async () => {
    for (const { table, column } of await tenantTables()) {
      const question = `select ${column} as tenant from ${table}`;
      if (UNREADABLE.has(table)) {
        await expect(
          system.ledger.within(acme, (session) => session.query(question)),
          table,
        ).rejects.toThrow(/denied/);
        continue;
      }
      for (const claims of [acme, globex]) {
        const rows = await system.ledger.within(claims, (session) =>
          session.query<{ tenant: string }>(question),
        );
        expect(new Set(rows.map((row) => row.tenant)), table).toEqual(new Set([claims.tenantId]));
      }
    }
  });

  test('without claims sees nothing', async () => {
    for (const claims of ['', '{}', `{"sub": "${acme.userId}"}`]) {
      for (const { table, column } of await tenantTables()) {
        if (UNREADABLE.has(table)) continue;
        const rows = await system.ledger.transaction(async (session) => {
          await session.query(
            `select set_config('role', session_user || '_tenant', true), set_config('request.jwt.claims', $1, true)`,
            [claims],
          );
          return session.query(`select ${column} from ${table}`);
        });
        expect(rows, `${table} with "${claims}"`).toEqual([]);
      }
    }
  });

  test.each([
    `update workflow_executions set status = 'succeeded', actual_cost_usd = 0`,
    `update task_executions set output_data = '{}'`,
    'delete from workflow_executions',
    'delete from task_attempts',
    `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id)
       select workflow_id, workflow_version_id, tenant_id, user_id from workflow_executions`,
    `insert into orchestration_audit_log (entity_type, entity_id, action, actor_type) values ('x', gen_random_uuid(), 'x', 'system')`,
    'update users set tenant_id = tenant_id',
    'truncate execution_events',
    `select publish_workflow('protein_folding_alphafold2')`,
    'select deployment_config from ai_models',
    'select pricing_config from ai_models',
    ...['worker', 'endpoint', 'address', 'output_location', 'price'].map(
      (name) => `select ${name} from task_attempts`,
    ),
    'select model_endpoint from task_executions',
    'select * from ai_models',
    'select model_snapshots from workflow_executions',
    `select get_model_config('alphafold2')`,
    'select * from administrators',
    'select * from model_heat',
    'select * from migrations',
  ])('is refused: %s', async (sql) => {
    await expect(system.ledger.within(acme, (session) => session.query(sql))).rejects.toThrow(
      /permission denied/,
    );
  });

  test('sees models that are in use, and no disabled one', async () => {
    const seen = () =>
      system.ledger.within(acme, (session) => session.query('select model_id from ai_models'));
    expect(await seen()).toEqual([{ modelId: 'alphafold2' }]);
    const enable = (enabled: boolean) =>
      system.ledger.as({ type: 'system', id: null }, (session) =>
        session.query('update ai_models set enabled = $1', [enabled]),
      );
    await enable(false);
    expect(await seen()).toEqual([]);
    await enable(true);
  });

  test("leaves neither role nor claims to the connection's next user", async () => {
    const ledger = openLedger(system.servers.databaseUrl, { max: 1 });
    const who = () =>
      ledger.query(
        `select current_user::text as role, coalesce(current_setting('request.jwt.claims', true), '') as claims,
           coalesce(current_setting('radiant.actor_type', true), '') as actor, pg_backend_pid() as pid`,
      );
    const [before] = await who();
    await ledger.within(acme, (session) => session.query('select 1'));
    await ledger.within(acme, (session) => session.query('select 1 / 0')).catch(() => {});
    await ledger.as({ type: 'system', id: null }, (session) => session.query('select 1'));
    expect(await who()).toEqual([{ ...before, role: LOGIN.username, claims: '', actor: '' }]);
    await ledger.stop();
  });

  test('cannot inject anything into the claims', async () => {
    const claims = {
      ...acme,
      tenantId: `${acme.tenantId}', true), set_config('role', 'radiant_engine', true) --`,
    };
    await expect(
      system.ledger.within(claims, (session) => session.query('select * from users')),
    ).rejects.toThrow(/uuid/);
  });
});
