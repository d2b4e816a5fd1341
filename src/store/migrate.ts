/** Brings a database up to the schema of this build, and makes the login role that the rooms use. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { RadiantError } from '../core/errors.js';

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
const SEEDS = fileURLToPath(new URL('../../seeds', import.meta.url));
/** What has run stands apart from what the rooms read and write. */
const JOURNAL = { migrationsSchema: 'migrations', migrationsTable: 'applied' };
/** Two processes that start at once take turns. */
const LOCK = 7_237_426_848;
/** unique_violation, duplicate_object */
const MADE_MEANWHILE = new Set(['23505', '42710']);

/**
 * Runs the migrations that are missing, then the seeds; harmless when there is nothing to do.
 *
 * @param ownerUrl may create roles and objects
 * @param loginUrl the rooms' own login; its role is made (owning nothing) when it does not exist
 */
export async function migrate(ownerUrl: string, loginUrl: string, { seed = true } = {}): Promise<string[]> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const done = await runner({
      dbClient: client,
      dir: MIGRATIONS,
      ...JOURNAL,
      createMigrationsSchema: true,
      direction: 'up',
      noLock: true,
      checkOrder: true,
      log: () => {},
    });
    await client.query('grant usage on schema migrations to radiant_engine');
    await client.query('grant select on migrations.applied to radiant_engine');
    await ensureLogin(client, loginUrl);
    if (seed) await plantSeeds(client);
    return done.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** Makes the database when it is missing; answers its URL. @param serverUrl any database of the same server */
export async function ensureDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
}

/** Makes the login, or gives it the password of its URL when it has another: that is how a password is changed. */
async function ensureLogin(client: Client, loginUrl: string): Promise<void> {
  const { username, password } = new URL(loginUrl);
  const name = decodeURIComponent(username);
  const role = escapeIdentifier(name);
  const known = await client.query<{ powerful: boolean }>(
    'select rolsuper or rolbypassrls as powerful from pg_roles where rolname = $1',
    [name],
  );
  const attributes = `login nosuperuser nobypassrls nocreatedb nocreaterole password ${escapeLiteral(decodeURIComponent(password))}`;
  if (known.rowCount === 0) {
    await client.query(`create role ${role} ${attributes}`).catch((error: { code?: string }) => {
      // Roles are the whole server's: another database may be migrated at the same moment.
      if (!MADE_MEANWHILE.has(error.code ?? '')) throw error;
    });
  }
  await client.query(`grant radiant_engine, authenticated to ${role}`);
  if (known.rows[0]?.powerful === false && password !== '' && !(await opens(loginUrl))) {
    await client.query(`alter role ${role} ${attributes}`);
  }
}

async function opens(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}

async function plantSeeds(client: Client): Promise<void> {
  for (const file of readdirSync(SEEDS).filter((name) => name.endsWith('.sql'))) {
    await client.query('begin');
    try {
      await client.query(
        "select set_config('role', 'radiant_engine', true), set_config('radiant.actor_type', 'system', true)",
      );
      await client.query(readFileSync(`${SEEDS}/${file}`, 'utf8'));
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  }
}

/**
 * Refuses a database that the rooms must not work on: a schema that is not this build's, or a login that row level
 * security would not hold.
 *
 * @throws RadiantError `database_unreachable`, `schema_outdated`, `login_too_powerful`
 */
export async function checkDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect().catch((cause: unknown) => {
    const { message } = cause as Error;
    throw new RadiantError(
      'database_unreachable',
      `The database of DATABASE_URL does not let us in (${message}): is it there, and has \`radiant migrate\` made the login?`,
      { cause },
    );
  });
  try {
    const role = await client.query<{ powerful: boolean }>(
      `select bool_or(r.rolsuper or r.rolbypassrls or exists (select from pg_class where relowner = r.oid)) as powerful
       from pg_roles r where pg_has_role(current_user, r.oid, 'member')`,
    );
    if (role.rows[0]?.powerful) {
      throw new RadiantError(
        'login_too_powerful',
        'DATABASE_URL logs in as a superuser, a role that bypasses row level security, or an owner of tables: give the rooms a login that owns nothing (`radiant migrate` makes it).',
      );
    }
    const applied = await client
      .query<{ name: string }>('select name from migrations.applied')
      .then((result) => new Set(result.rows.map((row) => row.name)))
      .catch(() => new Set<string>());
    const missing = readdirSync(MIGRATIONS)
      .map((file) => file.replace(/\.sql$/, ''))
      .filter((name) => !applied.has(name));
    if (missing.length > 0) {
      throw new RadiantError(
        'schema_outdated',
        `The database lacks ${missing.length} migration(s), first ${missing[0]}: run \`radiant migrate\` with DATABASE_OWNER_URL set.`,
      );
    }
  } finally {
    await client.end();
  }
}
