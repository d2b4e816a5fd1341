/** The audit log has one row with its actor for each administered change, and none for what the engine does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
});
afterAll(() => system.stop());

const ask = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await system.owner.query<Row>(sql, values)).rows;

describe('the audit log', () => {
  const ADMIN: Actor = {
    type: 'admin',
    id: '00000000-0000-4000-8000-00000000000a',
    requestId: 'r-1',
    ipAddress: '192.0.2.1',
    userAgent: 'test',
  };
  const MODEL = `(select id from ai_models where model_id = 'audited')`;
  const WORKFLOW = `(select id from workflow_definitions where workflow_id = 'audited')`;
  /** For each administered table: a row of it, how to find it, and how to change it. */
  const ADMINISTERED: Record<string, { insert: string; where: string; update: string }> = {
    ai_models: {
      insert: `(model_id, name, display_name, category) values ('audited', 'n', 'd', 'c')`,
      where: `model_id = 'audited'`,
      update: `description = 'x'`,
    },
    model_licenses: {
      insert: `(model_id, license_type, license_spdx) values (${MODEL}, 'code', 'MIT')`,
      where: `license_spdx = 'MIT'`,
      update: 'commercial_use = true',
    },
    thermal_pins: {
      insert: `(id, name, desired, reason) values (${MODEL}, 'audited', 'on', 'r')`,
      where: `name = 'audited'`,
      update: `reason = 'x'`,
    },
    thermal_brakes: {
      insert: `(name, reason) values ('scaleIn', 'r')`,
      where: `name = 'scaleIn'`,
      update: `reason = 'x'`,
    },
    model_dependencies: {
      insert: `(model_id, dependency_type, dependency_name) values (${MODEL}, 'database', 'D')`,
      where: `dependency_name = 'D'`,
      update: `notes = 'x'`,
    },
    workflow_definitions: {
      insert: `(workflow_id, name, category, dag_definition) values ('audited', 'n', 'c', '{"nodes": [], "edges": []}')`,
      where: `workflow_id = 'audited'`,
      update: 'timeout_seconds = 1',
    },
    workflow_tasks: {
      insert: `(workflow_id, task_id, name, task_type) values (${WORKFLOW}, 'a', 'n', 'transform')`,
      where: `workflow_id = ${WORKFLOW}`,
      update: 'timeout_seconds = 1',
    },
    workflow_parameters: {
      insert: `(workflow_id, parameter_name, data_type) values (${WORKFLOW}, 'p', 'string')`,
      where: `workflow_id = ${WORKFLOW}`,
      update: 'admin_only = true',
    },
    tenants: { insert: `(name) values ('audited')`, where: `name = 'audited'`, update: 'budget_usd = 1' },
    users: {
      insert: `(tenant_id, email) select id, 'audited' from tenants where name = 'audited'`,
      where: `email = 'audited'`,
      update: `role = 'tenant_admin'`,
    },
    administrators: {
      insert: `(user_id) select id from users where email = 'audited'`,
      where: `user_id = (select id from users where email = 'audited')`,
      update: `role = 'auditor'`,
    },
    api_keys: {
      insert: `(key_id, secret_hash, tenant_id, user_id, name) select 'k', sha256('secret'), tenant_id, id, 'n' from users where email = 'audited'`,
      where: `key_id = 'k'`,
      update: `secret_hash = sha256('other')`,
    },
  };
  /** Recorded as changes of the workflow that they belong to. */
  const PARTS = new Set(['workflow_tasks', 'workflow_parameters']);
  const rows = (since: number) =>
    ask<Record<string, unknown>>(
      `select action, actor_type, actor_id, request_id, host(ip_address) as ip, user_agent,
         previous_state is not null as before, new_state is not null as after
       from orchestration_audit_log where seq > $1 order by seq`,
      [since],
    );
  const last = async () =>
    (await ask<{ seq: number }>('select coalesce(max(seq), 0)::int as seq from orchestration_audit_log'))[0]
      ?.seq ?? 0;
  const change = (sql: string) => system.ledger.as(ADMIN, (session) => session.query(sql));
  const BY = {
    actor_type: 'admin',
    actor_id: ADMIN.id,
    request_id: 'r-1',
    ip: '192.0.2.1',
    user_agent: 'test',
  };

  test('covers every table that has its trigger', async () => {
    const triggered = await ask<{ table: string }>(
      `select distinct tgrelid::regclass::text as table from pg_trigger where tgfoid in ('log_changes'::regproc, 'log_workflow'::regproc)`,
    );
    // Sessions are only opened and ended, slots only freed, executions only expedited: other tests check their rows.
    expect(triggered.map(({ table }) => table).sort()).toEqual(
      [...Object.keys(ADMINISTERED), 'execution_expedites', 'sessions', 'slot_releases'].sort(),
    );
  });

  test('has exactly one row with its actor for every change of every administered table', async () => {
    for (const [table, { insert, where, update }] of Object.entries(ADMINISTERED)) {
      const [{ enabled } = { enabled: false }] = await ask<{ enabled: boolean }>(
        `select exists (select from pg_attribute where attrelid = $1::regclass and attname = 'enabled') as enabled`,
        [table],
      );
      const changes: [string, string][] = [
        ['created', `insert into ${table} ${insert}`],
        ['updated', `update ${table} set ${update} where ${where}`],
        ...(enabled
          ? ([
              ['disabled', `update ${table} set enabled = false where ${where}`],
              ['restored', `update ${table} set enabled = true where ${where}`],
            ] as [string, string][])
          : []),
      ];
      for (const [action, sql] of changes) {
        await expect(system.ledger.query(sql), sql).rejects.toThrow(/needs an actor/);
        const since = await last();
        await change(sql);
        const expected = PARTS.has(table) ? 'updated' : action;
        expect(await rows(since), sql).toEqual([
          { action: expected, ...BY, before: expected !== 'created', after: true },
        ]);
      }
      const since = await last();
      await change(`update ${table} set created_at = created_at where ${where}`);
      expect(await rows(since), `${table}: nothing changed`).toEqual([]);
    }
    for (const [table, { where }] of Object.entries(ADMINISTERED).reverse()) {
      const sql = `delete from ${table} where ${where}`;
      await expect(system.ledger.query(sql), sql).rejects.toThrow(/needs an actor/);
      const since = await last();
      await change(sql);
      const expected = PARTS.has(table)
        ? { action: 'updated', after: true }
        : { action: 'deleted', after: false };
      expect(await rows(since), sql).toEqual([{ ...expected, ...BY, before: true }]);
    }
  });

  test('an administrator or a user without an id is refused', async () => {
    for (const type of ['admin', 'user'] as const) {
      await expect(
        system.ledger.as({ type, id: null }, (session) =>
          session.query(`update tenants set commercial = not commercial`),
        ),
      ).rejects.toThrow(/somebody_did_it/);
    }
  });

  test("records no thermal state, and never contains a key's hash", async () => {
    const version = () => ask(`select row_version, updated_at from ai_models where model_id = 'alphafold2'`);
    const [since, before] = [await last(), await version()];
    await system.ledger.query(
      `update ai_models set current_thermal_state = 'WARMING', last_thermal_change = now() where model_id = 'alphafold2'`,
    );
    expect(await rows(since)).toEqual([]);
    expect(await version()).toEqual(before);
    expect(
      await ask(
        `select seq from orchestration_audit_log where new_state ? 'secret_hash' or previous_state ? 'secret_hash'`,
      ),
    ).toEqual([]);
    const hashes = await ask<{ hash: string }>(`select encode(secret_hash, 'hex') as hash from api_keys`);
    for (const { hash } of hashes) {
      expect(
        await ask(`select seq from orchestration_audit_log a where a::text like '%' || $1 || '%'`, [hash]),
      ).toEqual([]);
    }
  });
});
