/**
 * A ledger that an earlier version made in `public` is migrated, with its rows, to the current schema; so is one whose
 * migration failed.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { checkDatabase, ensureDatabase, migrate } from '../../src/store/db/migrate.js';
import { LOGIN, TEMPLATE } from '../harness/global.js';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
/** Migrations that were released when everything was in `public`. */
const EARLY = readdirSync(MIGRATIONS).filter((file) => file < '0019');
const mark = randomBytes(4).toString('hex');

let server: Client;
let folder: string;
const made: { name: string; client: Client }[] = [];
beforeAll(async () => {
  server = new Client({ connectionString: inject('serverUrl') });
  await server.connect();
  folder = mkdtempSync(join(tmpdir(), 'radiant-early-'));
  for (const file of EARLY) writeFileSync(join(folder, file), asReleased(file));
});
afterAll(async () => {
  for (const { name, client } of made) {
    await client.end();
    await server.query(`drop database ${name} with (force)`);
  }
  await server.end();
  rmSync(folder, { recursive: true });
});

/** A current migration with the names of its time. */
function asReleased(file: string): string {
  const sql = readFileSync(join(MIGRATIONS, file), 'utf8')
    .replaceAll(/(?<!['\w])radiant\./g, 'public.')
    .replaceAll('in schema radiant', 'in schema public')
    .replace('orchestration_audit_log, migrations from', 'orchestration_audit_log from');
  return file.startsWith('0001') ? FIRST + sql : sql;
}

const FIRST = `
  grant radiant_owner, radiant_engine, authenticated to current_user;
  grant usage, create on schema public to radiant_owner;
  revoke create on schema public from public;
  grant usage on schema public to radiant_engine, authenticated;
  create schema if not exists auth;
  grant usage, create on schema auth to radiant_owner;
  grant usage on schema auth to radiant_engine, authenticated;
  set local role radiant_owner;
  create function auth.uid() returns uuid language sql stable set search_path = '' as
    $f$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$;
  reset role;`;

async function emptyDatabase(name: string): Promise<Client & { url: string }> {
  const url = await ensureDatabase(inject('serverUrl'), `v_${mark}_${name}`);
  const client = new Client({ connectionString: url });
  made.push({ name: `v_${mark}_${name}`, client });
  await client.connect();
  return Object.assign(client, { url });
}

const loginTo = (url: string) => Object.assign(new URL(url), LOGIN).href;
const ask = async (client: Client, sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;

/** The whole schema as PostgreSQL describes it. */
const SCHEMA = `
  with tables as (select * from pg_class where relnamespace = 'radiant'::regnamespace)
  select 'table ' || relname as what, concat(relkind, relowner::regrole, relrowsecurity, relforcerowsecurity, array(select unnest(relacl)::text order by 1)) as how
    from tables where relkind = 'r'
  union all select 'column ' || relname || '.' || attname, concat(format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
      pg_get_expr(adbin, adrelid), array(select unnest(attacl)::text order by 1))
    from tables join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relkind = 'r'
  union all select 'constraint ' || conrelid::regclass || conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'radiant'::regnamespace
  union all select 'index ' || indexrelid::regclass, pg_get_indexdef(indexrelid) from pg_index join tables on tables.oid = indexrelid
  union all select 'trigger ' || tgname, pg_get_triggerdef(t.oid) from pg_trigger t join tables on tables.oid = tgrelid where not tgisinternal
  union all select 'policy ' || tablename || policyname, concat(roles, cmd, qual, with_check) from pg_policies where schemaname = 'radiant'
  union all select 'function ' || oid::regprocedure, concat(pg_get_functiondef(oid), proowner::regrole, array(select unnest(proacl)::text order by 1))
    from pg_proc where pronamespace = 'radiant'::regnamespace
  union all select 'outside ' || relname, relnamespace::regnamespace::text from pg_class
    where relnamespace not in (select oid from pg_namespace where nspname ~ '^(radiant$|pg_|information_schema)')
  union all select 'schema ' || nspname, (aclexplode(nspacl)).grantee::regrole::text from pg_namespace where nspname !~ '^(pg_|information_schema)'
    and (nspname <> 'public' or nspacl::text ~ 'radiant_(owner|engine)=')
  order by 1, 2`;

async function schemaOf(url: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const found = await ask(client, SCHEMA);
  await client.end();
  return found;
}

test.each([1, 9, 13, 18])('a ledger of %i migrations', async (count) => {
  const old = await emptyDatabase(String(count));
  await old.query('set search_path = public');
  await runner({
    dbClient: old,
    dir: folder,
    migrationsSchema: 'migrations',
    migrationsTable: 'applied',
    createMigrationsSchema: true,
    direction: 'up',
    count,
    noLock: true,
    log: () => {},
  });
  if (count > 1) await old.query(ROWS);
  const done = await migrate(old.url, loginTo(old.url), { seed: false });
  expect(done).toHaveLength(readdirSync(MIGRATIONS).length - count);
  expect(await schemaOf(old.url)).toEqual(
    await schemaOf(Object.assign(new URL(old.url), { pathname: `/${TEMPLATE}` }).href),
  );
  await old.query('set search_path = radiant');
  expect(await ask(old, 'select name, (select count(*)::int from users) as users from tenants')).toEqual(
    count > 1 ? [{ name: 'early', users: 1 }] : [],
  );
  if (count === 9) {
    // The sums from which the months were made when they were introduced.
    expect(await ask(old, 'select spent_usd from tenant_months')).toEqual([{ spent_usd: '2.500000000' }]);
  }
  await checkDatabase(loginTo(old.url));
});

const ROWS = `
  begin; select set_config('radiant.actor_type', 'system', true);
  insert into tenants (name) values ('early');
  insert into users (tenant_id, email) select id, 'a@early.test' from tenants;
  insert into workflow_definitions (workflow_id, name, category, dag_definition) values ('w', 'w', 'test', '{"nodes": [], "edges": []}');
  select publish_workflow('w');
  insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, actual_cost_usd)
    select v.workflow_id, v.id, u.tenant_id, u.id, 2.5 from workflow_versions v, users u;
  commit`;

test('a ledger whose migration failed half-way keeps the earlier ones, and continues from there', async () => {
  const database = await emptyDatabase('broken');
  const run = () => migrate(database.url, loginTo(database.url));
  await database.query(`
    create function no_webhooks() returns event_trigger language plpgsql as $$
    begin
      if to_regclass('radiant.webhook_deliveries') is not null then raise exception 'no room for webhooks' using errcode = 'disk_full'; end if;
    end $$;
    create event trigger no_webhooks on ddl_command_end execute function no_webhooks()`);
  await expect(run()).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringMatching(
      /^Migration 0014_webhooks failed and changed nothing: no room for webhooks \(53100\)\. .*free some space.* again/,
    ),
  });
  expect(await ask(database, 'select max(name) as last from radiant.migrations')).toEqual([
    { last: '0013_budget' },
  ]);
  await database.query('drop event trigger no_webhooks; drop function no_webhooks()');
  const done = await run();
  expect(done[0]).toBe('0014_webhooks');
  expect(await schemaOf(database.url)).toEqual(
    await schemaOf(Object.assign(new URL(database.url), { pathname: `/${TEMPLATE}` }).href),
  );
});
