/** Brings a database up to the schema of this build, and makes the login role that the services use. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Client, escapeIdentifier } from 'pg';
import { RadiantError } from '../../core/errors.js';
import { connectFirst } from './first-connection.js';
import { admit, JOURNAL, prepareSchema } from './schema.js';

const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));
const SEEDS = fileURLToPath(new URL('../../../seeds', import.meta.url));
/** insufficient_privilege */
const DENIED = '42501';
/** undefined_table, invalid_schema_name */
const NOT_THERE = new Set(['42P01', '3F000']);
/** Two processes that start at once take turns. */
const LOCK = 7_237_426_848;

/**
 * Runs the migrations that are missing, lets the login in, then plants the seeds; harmless when there is nothing to do.
 * Each migration is a transaction: after a failure what went before it stands, and running again goes on from there.
 *
 * @param ownerUrl may create roles and a schema
 * @param loginUrl the services' own login; its role is made (owning nothing) when it does not exist
 * @returns the names of those that ran
 * @throws RadiantError `migration_failed`, `schema_taken`, `bad_configuration`
 */
export async function migrate(ownerUrl: string, loginUrl: string, { seed = true } = {}): Promise<string[]> {
  const client = await connectFirst(ownerUrl, 'DATABASE_OWNER_URL');
  const done: string[] = [];
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await step('Preparing the schema', () => prepareSchema(client));
    for (const name of await missingIn(client)) {
      await step(`Migration ${name}`, () => runNext(client));
      done.push(name);
    }
    await step('Letting the login of DATABASE_URL in', () => admit(client, loginUrl, opens));
    if (seed) await step('Planting the seeds', () => plantSeeds(loginUrl));
    return done;
  } finally {
    await client.end();
  }
}

const runNext = (dbClient: Client) =>
  runner({
    dbClient,
    dir: MIGRATIONS,
    ...JOURNAL,
    direction: 'up',
    count: 1,
    noLock: true,
    checkOrder: true,
    log: () => {},
  });

/** In the order in which they are to run. */
async function missingIn(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from radiant.migrations');
  const applied = new Set(rows.map((row) => row.name));
  return all().filter((name) => !applied.has(name));
}

const all = () =>
  readdirSync(MIGRATIONS)
    .map((file) => file.replace(/\.sql$/, ''))
    .toSorted();

/** What helps against the errors that a database of somebody else's answers with. */
const ADVICE: Record<string, string> = {
  [DENIED]:
    'The user of DATABASE_OWNER_URL needs the right to create a schema in this database (grant create on database … to …) and roles in this server (createrole), or the roles radiant_owner, radiant_engine and authenticated with admin option.',
  '53100': 'The disk is full: make room.',
  '55P03': 'Somebody holds a lock on what it changes: see pg_locks.',
};

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof RadiantError) throw cause;
    const { message, code = '' } = cause as { message: string; code?: string };
    throw new RadiantError(
      'migration_failed',
      [
        `${what} failed and changed nothing: ${message}${code && ` (${code})`}.`,
        ADVICE[code],
        'Then run `radiant migrate` again: it goes on from there.',
      ]
        .filter(Boolean)
        .join(' '),
      { cause },
    );
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

async function opens(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}

/** As the services, who may write what seeds hold. */
async function plantSeeds(loginUrl: string): Promise<void> {
  const client = await connectFirst(loginUrl, 'DATABASE_URL');
  try {
    for (const file of readdirSync(SEEDS).filter((name) => name.endsWith('.sql'))) {
      await client.query("begin; select set_config('radiant.actor_type', 'system', true)");
      await client.query(readFileSync(`${SEEDS}/${file}`, 'utf8'));
      await client.query('commit');
    }
  } finally {
    await client.end();
  }
}

/**
 * Refuses a database that the services must not work on: a schema that is not this build's, or a login that row level
 * security would not hold.
 *
 * @throws RadiantError `database_unreachable`, `schema_outdated`, `login_not_admitted`, `login_too_powerful`
 */
export async function checkDatabase(url: string): Promise<void> {
  const client = await connectFirst(url, 'DATABASE_URL');
  try {
    const role = await client.query<{ powerful: boolean }>(
      `select bool_or(r.rolsuper or r.rolbypassrls or exists (select from pg_class where relowner = r.oid)) as powerful
       from pg_roles r where pg_has_role(current_user, r.oid, 'member')`,
    );
    if (role.rows[0]?.powerful) {
      throw new RadiantError(
        'login_too_powerful',
        'DATABASE_URL: it logs in as a superuser, a role that bypasses row level security, or an owner of tables; give the services a login that owns nothing (`radiant migrate` makes it).',
      );
    }
    const missing = await missingIn(client).catch((cause: { code?: string }) => {
      if (cause.code === DENIED) {
        throw new RadiantError(
          'login_not_admitted',
          'DATABASE_URL: the ledger in this database is not open to its login; name the right database, or run `radiant migrate` with this DATABASE_URL and with DATABASE_OWNER_URL set.',
          { cause },
        );
      }
      if (!NOT_THERE.has(cause.code ?? '')) throw cause;
      return all();
    });
    if (missing.length > 0) {
      throw new RadiantError(
        'schema_outdated',
        `DATABASE_URL: the database lacks ${missing.length} migration(s), first ${missing[0]}; run \`radiant migrate\` with DATABASE_OWNER_URL set.`,
      );
    }
  } finally {
    await client.end();
  }
}
