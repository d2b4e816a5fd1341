/** Migrates a database to the schema of this build, and creates the login role of the services. */
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
/** Advisory lock: processes that migrate at the same time take turns. */
const LOCK = 7_237_426_848;

/**
 * Runs the missing migrations, admits the login, then loads the seeds. It can be repeated safely. Each migration is a
 * transaction: after a failure the earlier ones remain, and the next run continues there.
 *
 * @param ownerUrl of a login that may create roles and a schema
 * @param loginUrl of the services' login; a missing role is created, without any ownership
 * @returns the names of the migrations that ran
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
    await step('Admitting the login of DATABASE_URL', () => admit(client, loginUrl, opens));
    if (seed) await step('Loading the seeds', () => loadSeeds(loginUrl));
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

/** Missing migrations in their order. */
async function missingIn(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from radiant.migrations');
  const applied = new Set(rows.map((row) => row.name));
  return all().filter((name) => !applied.has(name));
}

const all = () =>
  readdirSync(MIGRATIONS)
    .map((file) => file.replace(/\.sql$/, ''))
    .toSorted();

/** Advice for common errors of a database that others administer. */
const ADVICE: Record<string, string> = {
  [DENIED]:
    'The user of DATABASE_OWNER_URL needs the right to create a schema in this database (grant create on database … to …) and roles in this server (createrole), or the roles radiant_owner, radiant_engine and authenticated with admin option.',
  '53100': 'The disk is full: free some space.',
  '55P03': 'Another session holds a lock on the changed objects: see pg_locks.',
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
        'Then run `radiant migrate` again: it continues there.',
      ]
        .filter(Boolean)
        .join(' '),
      { cause },
    );
  }
}

/** Creates the database if it is missing, and returns its URL. @param serverUrl any database of the same server */
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

/** Runs as the services' login, which may write the rows of the seeds. */
async function loadSeeds(loginUrl: string): Promise<void> {
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
 * Refuses a database that the services must not use: with the schema of another build, or with a login that bypasses row
 * level security.
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
        'DATABASE_URL: its login is a superuser, bypasses row level security or owns tables; give the services a login that owns nothing (`radiant migrate` creates it).',
      );
    }
    const missing = await missingIn(client).catch((cause: { code?: string }) => {
      if (cause.code === DENIED) {
        throw new RadiantError(
          'login_not_admitted',
          'DATABASE_URL: its login has no access to the ledger in this database; name the right database, or run `radiant migrate` with this DATABASE_URL and with DATABASE_OWNER_URL set.',
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
