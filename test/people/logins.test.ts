/** The services start only with a login of few rights, on a database of the current schema. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkDatabase, ensureDatabase } from '../../src/store/db/migrate.js';
import { LOGIN } from '../harness/global.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
});
afterAll(() => system.stop());

describe('the services refuse to start on', () => {
  const loginTo = (url: string) => Object.assign(new URL(url), LOGIN).href;
  const as = (username: string) =>
    Object.assign(new URL(system.servers.databaseUrl), { username, password: 'p' }).href;

  test('a database with a proper login and the current schema only', async () => {
    await expect(checkDatabase(system.servers.databaseUrl)).resolves.toBeUndefined();
  });

  test.each([
    ['bypasses row level security', 'bypassrls', ''],
    ['may become the owner', '', 'grant radiant_owner to radiant_odd'],
    ['owns a table', '', 'create table public.odd (); alter table public.odd owner to radiant_odd'],
  ])('a login that %s', async (_, attribute, also) => {
    await system.owner.query(`create role radiant_odd login password 'p' ${attribute}; ${also}`);
    try {
      await expect(checkDatabase(as('radiant_odd'))).rejects.toMatchObject({ code: 'login_too_powerful' });
    } finally {
      await system.owner.query('drop owned by radiant_odd; drop role radiant_odd');
    }
  });

  test('a superuser, an empty database, and an older schema', async () => {
    const ownerUrl = Object.assign(new URL(system.servers.databaseUrl), {
      username: new URL(inject('serverUrl')).username,
      password: new URL(inject('serverUrl')).password,
    }).href;
    await expect(checkDatabase(ownerUrl)).rejects.toMatchObject({ code: 'login_too_powerful' });

    const empty = await ensureDatabase(inject('serverUrl'), 'radiant_empty');
    await expect(checkDatabase(loginTo(empty))).rejects.toMatchObject({ code: 'schema_outdated' });
    const client = new Client({ connectionString: inject('serverUrl') });
    await client.connect();
    await client.query('drop database radiant_empty with (force)');
    await client.end();

    const { rows } = await system.owner.query<{ name: string }>(
      'delete from migrations where id = (select max(id) from migrations) returning name',
    );
    await expect(checkDatabase(system.servers.databaseUrl)).rejects.toThrow(rows[0]?.name);
    await system.owner.query('insert into migrations (name, run_on) values ($1, now())', [rows[0]?.name]);
  });
});
