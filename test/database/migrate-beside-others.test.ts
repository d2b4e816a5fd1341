/** A shared database: a migration neither touches nor depends on what else it holds, and no other login gets in. */
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkDatabase, ensureDatabase, migrate } from '../../src/store/db/migrate.js';
import { openLedger } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

const mark = randomBytes(4).toString('hex');
const [ours, theirs, otherOwner, owner] = ['ours', 'theirs', 'other_owner', 'owner'].map(
  (name) => `n_${mark}_${name}`,
) as [string, string, string, string];

let server: Pool;
beforeAll(() => {
  server = new Pool({ connectionString: inject('serverUrl'), max: 1 });
});
afterAll(async () => {
  for (const name of [ours, theirs]) await server.query(`drop database if exists ${name} with (force)`);
  for (const login of [ours, theirs]) await server.query(`drop role if exists ${login}, ${login}_tenant`);
  await server.query(`drop role if exists ${owner}, ${otherOwner}`);
  await server.end();
});

const as = (url: string, username: string) => Object.assign(new URL(url), { username, password: 'p' }).href;
const on = async <Row extends object>(url: string, sql: string): Promise<Row[]> => {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    return (await pool.query<Row>(sql)).rows;
  } finally {
    await pool.end();
  }
};

/** Names that we use too, each taken by an object of another kind or meaning, and extensions beside them. */
const FOREIGN_OBJECTS = `
  create extension pg_stat_statements; create extension hstore; create extension pg_trgm; create extension citext;
  create table users (name citext primary key, more hstore);
  insert into users values ('Ada', 'a=>1');
  create type tenants as enum ('none');
  create view ai_models as select name from users;
  create sequence task_executions;
  create function ledger_now() returns timestamptz language sql as $$ select 'epoch'::timestamptz $$;
  create function current_tenant() returns uuid language sql as $$ select null::uuid $$;
  create function touch() returns trigger language plpgsql as $$ begin return null; end $$;
  create function setting(name text) returns text language sql as $$ select 'theirs' $$;
  create schema auth; create table auth.users (id int);
  create function auth.uid() returns int language sql as 'select 1';
  create schema migrations; create table migrations.applied (name text); insert into migrations.applied values ('theirs');
  alter default privileges grant select on tables to public`;

/** Everything outside of our schema: objects, owners, rights and contents. */
const OUTSIDE = `
  with place as (select oid, nspname, nspacl, nspowner from pg_namespace where nspname !~ '^(radiant$|pg_|information_schema)')
  select 'schema ' || nspname as what, concat(nspowner::regrole, nspacl) as how from place
  union all select 'relation ' || nspname || '.' || relname, concat(relkind, relowner::regrole, relacl, relrowsecurity)
    from pg_class join place on place.oid = relnamespace
  union all select 'function ' || nspname || '.' || proname || pg_get_function_identity_arguments(p.oid), concat(proowner::regrole, proacl, prosrc, proconfig)
    from pg_proc p join place on place.oid = pronamespace
  union all select 'type ' || nspname || '.' || typname, concat(typowner::regrole, typacl) from pg_type join place on place.oid = typnamespace
  union all select 'database ' || datname, concat(datdba::regrole, datacl) from pg_database where datname = current_database()
  union all select 'setting', setconfig::text from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = current_database())
  union all select 'default', concat(defaclrole::regrole, defaclacl) from pg_default_acl
  union all select 'users', users::text from public.users
  order by 1, 2`;

test('is migrated by a login with few rights, without a trace outside of our schema', async () => {
  const url = await ensureDatabase(inject('serverUrl'), ours);
  await on(url, FOREIGN_OBJECTS);
  await server.query(
    `create role ${otherOwner}; alter database ${ours} owner to ${otherOwner}; create role ${owner} login createrole password 'p';
     grant create on database ${ours} to ${otherOwner}`,
  );
  const before = await on(url, OUTSIDE);
  const run = () => migrate(as(url, owner), as(url, ours));

  // Another owner made the roles; then the right to make a schema is missing. Each time the error says what is needed.
  await expect(run()).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringMatching(/radiant_owner.*with admin option.*again/),
  });
  await server.query(`grant radiant_owner, radiant_engine, authenticated to ${owner} with admin option`);
  await expect(run()).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringMatching(/grant create on database/),
  });
  expect(await on(url, OUTSIDE)).toEqual(before);

  await server.query(`grant create on database ${ours} to ${owner}`);
  await run();
  await server.query(`revoke create on database ${ours} from ${owner}`);
  expect(await on(url, OUTSIDE)).toEqual(before);
  expect(await run()).toEqual([]);
  await expect(checkDatabase(as(url, ours))).resolves.toBeUndefined();
});

test("admits its own login, and no other ledger's", async () => {
  const [url, other] = await Promise.all(
    [ours, theirs].map((name) => ensureDatabase(inject('serverUrl'), name)),
  );
  await migrate(other as string, as(other as string, theirs));
  const stranger = as(url as string, theirs);
  await expect(checkDatabase(stranger)).rejects.toMatchObject({ code: 'login_not_admitted' });
  const objects = await on<{ what: string }>(
    url as string,
    `select 'table radiant.' || relname as what from pg_class where relkind = 'r' and relnamespace = 'radiant'::regnamespace
     union all select 'select radiant.' || proname || '(' || array_to_string(array_fill('null'::text, array[pronargs]), ', ') || ')'
       from pg_proc where pronamespace = 'radiant'::regnamespace and prorettype <> 'trigger'::regtype`,
  );
  expect(objects.length).toBeGreaterThan(40);
  const ledger = openLedger(stranger, { max: 1 });
  const role = (name: string) => `select set_config('role', '${name}', true)`;
  for (const become of [
    'select 1',
    role('authenticated'),
    role('radiant_engine'),
    role(`${theirs}_tenant`),
  ]) {
    for (const { what } of objects) {
      await expect(
        ledger.transaction(async (session) => {
          await session.query(become);
          await session.query(what);
        }),
        `${become}; ${what}`,
      ).rejects.toMatchObject({ code: '42501' });
    }
  }
  for (const name of ['radiant_owner', ours, `${ours}_tenant`]) {
    await expect(ledger.query(role(name))).rejects.toMatchObject({ code: '42501' });
  }
  await ledger.stop();
});

test('a schema of our name that is not ours is left alone', async () => {
  const name = `n_${mark}_taken`;
  const url = await ensureDatabase(inject('serverUrl'), name);
  await on(url, 'create schema radiant; create table radiant.theirs (n int)');
  await expect(migrate(url, as(url, ours))).rejects.toMatchObject({ code: 'schema_taken' });
  expect(await on(url, 'select from radiant.theirs')).toEqual([]);
  await on(url, 'drop table radiant.theirs');
  await migrate(url, as(url, ours), { seed: false });
  await server.query(`drop database ${name} with (force)`);
});

describe('a system in a shared database', () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem({
      // Our names resolve to our schema even where database and login set another search path.
      beforeServices: async (everything) => {
        await everything.query(`begin; set local search_path = public; ${FOREIGN_OBJECTS}; commit`);
        const [{ name } = { name: '' }] = (
          await everything.query<{ name: string }>('select current_database() as name')
        ).rows;
        await everything.query(
          `alter database ${name} set search_path = public; alter role radiant_app in database ${name} set search_path = auth, public`,
        );
      },
    });
  });
  afterAll(() => system.stop());

  test('runs a workflow to its end', async () => {
    await registerEchoModel(system, 'echo');
    await publishWorkflow(system, 'two', [
      { id: 'first', model: 'echo' },
      { id: 'second', model: 'echo', after: ['first'] },
    ]);
    const id = await submit(system, 'two');
    await expect
      .poll(async () => (await system.ask('GET', `/v1/executions/${id}`)).json(), { timeout: 30_000 })
      .toMatchObject({ status: 'succeeded' });
  });
});
