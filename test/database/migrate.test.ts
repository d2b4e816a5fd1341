/** Migrations and seeds: run by several processes at once, run twice, and run over changed rows. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensureDatabase, migrate } from '../../src/store/db/migrate.js';
import { inSchema } from '../../src/store/db/schema.js';

const MIGRATIONS = readdirSync(join(import.meta.dirname, '../../migrations')).length;
const mark = randomBytes(4).toString('hex');
const names = [`m_${mark}_a`, `m_${mark}_b`];
const login = `m_${mark}`;

let urls: string[];
let owner: Pool;
let done: string[][];
beforeAll(async () => {
  urls = await Promise.all(names.map((name) => ensureDatabase(inject('serverUrl'), name)));
  owner = new Pool({ connectionString: inSchema(urls[0] as string), max: 2 });
  // Two databases that share a server and a login that does not exist yet, each by three processes at once.
  done = await Promise.all([0, 0, 0, 1, 1, 1].map((n) => run(n)));
});
afterAll(async () => {
  await owner.end();
  const server = new Pool({ connectionString: inject('serverUrl'), max: 1 });
  for (const name of names) await server.query(`drop database ${name} with (force)`);
  await server.query(`drop role ${login}; drop role ${login}_tenant`);
  await server.end();
});

const run = (n = 0) => {
  const url = urls[n] as string;
  return migrate(url, Object.assign(new URL(url), { username: login, password: 'for-tests' }).href);
};
const ask = async (sql: string) => (await owner.query<Record<string, unknown>>(sql)).rows;

/** All rows of every table, as one hash each. */
async function content(): Promise<Record<string, unknown>> {
  const tables = await ask(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'radiant'::regnamespace and relname <> 'migrations'`,
  );
  const hashes = await Promise.all(
    tables.map(({ name }) =>
      ask(`select md5(string_agg(t::text, ',' order by t::text)) as hash from ${String(name)} t`),
    ),
  );
  return Object.fromEntries(tables.map(({ name }, n) => [name, hashes[n]?.[0]?.hash]));
}

test('several processes at once run each migration once, and seed once', async () => {
  expect(done.map((names) => names.length).sort((a, b) => a - b)).toEqual([
    0,
    0,
    0,
    0,
    MIGRATIONS,
    MIGRATIONS,
  ]);
  expect(
    await ask(`select (select count(*)::int from ai_models) as models, (select count(*)::int from model_licenses) as licenses,
      (select count(*)::int from model_dependencies) as dependencies, (select count(*)::int from workflow_versions) as versions,
      (select count(*)::int from workflow_tasks) as tasks, (select count(*)::int from workflow_parameters) as parameters`),
  ).toEqual([{ models: 1, licenses: 3, dependencies: 6, versions: 1, tasks: 6, parameters: 5 }]);
});

test('a second run changes no row, the audit log included', async () => {
  const before = await content();
  expect(await run()).toEqual([]);
  expect(await content()).toEqual(before);
});

test('a row that drifted is corrected, with one audit row by the system', async () => {
  const before = await ask('select description, deployment_config from ai_models');
  await owner.query(
    `begin; select set_config('radiant.actor_type', 'system', true); update ai_models set description = 'drifted', deployment_config = '{}'; commit`,
  );
  const [{ last } = {}] = await ask('select max(seq) as last from orchestration_audit_log');
  await run();
  expect(await ask('select description, deployment_config from ai_models')).toEqual(before);
  expect(
    await ask(
      `select action, actor_type, entity_type from orchestration_audit_log where seq > ${String(last)}`,
    ),
  ).toEqual([{ action: 'updated', actor_type: 'system', entity_type: 'model' }]);
});

test.each([
  ['disabled', 'update workflow_definitions set enabled = false'],
  ['left half-edited', "update workflow_definitions set enabled = true, description = 'mine'"],
])('a workflow that an administrator has %s does not prevent the next start', async (_, sql) => {
  await owner.query(`begin; select set_config('radiant.actor_type', 'system', true); ${sql}; commit`);
  const before = await content();
  await run();
  expect(await content()).toEqual(before);
});

test("an administrator's changes and removals stay", async () => {
  await owner.query(
    `begin; select set_config('radiant.actor_type', 'system', true);
     insert into tenants (name) values ('t');
     insert into users (tenant_id, email) select id, 'a@t.test' from tenants;
     insert into administrators (user_id) select id from users;
     update ai_models set description = 'mine', updated_by = (select id from administrators);
     delete from model_licenses where license_type = 'database';
     delete from model_dependencies where dependency_name = 'BFD'; commit`,
  );
  const before = await content();
  await run();
  expect(await content()).toEqual(before);
});
