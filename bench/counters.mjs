/** What work costs: CPU of every process, WAL, statements and commands. CPU is read from /proc, so this needs Linux. */
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

/** CPU time of a process with its threads, and of its children that have ended, in ms; zero if it has ended itself. */
function cpuOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [own, own2, ended, ended2] = fields.slice(11, 15).map((ticks) => Number(ticks) * TICK_MS);
    // Exact, but of one thread: PostgreSQL has many processes of one thread each, whose ticks would add up to an error.
    const exact = Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    return { parent: Number(fields[1]), own: Math.max(own + own2, exact), ended: ended + ended2 };
  } catch {
    return { parent: 0, own: 0, ended: 0 };
  }
}

function cpuWithChildren(pid) {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(cpuOf)
    .filter(({ parent }) => parent === pid);
  const { own, ended } = cpuOf(pid);
  return own + ended + children.reduce((sum, child) => sum + child.own, 0);
}

/** Resident memory of a process, in MB. */
export const memoryOf = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/**
 * Returns `count(work)`: the cost of some work, in ms of CPU and numbers of the rest. `engine` is the pid of the engine's process;
 * `client` is this process, which submits and observes, and answers as the endpoint of the model.
 *
 * @param database the connection of the database that the engine uses, if it uses any
 */
export async function makeCounters({ admin, queue }, { engine, database }) {
  const [{ pid: backend }] = (await admin.query('select pg_backend_pid() as pid')).rows;
  const postmaster = cpuOf(backend).parent;
  const redis = Number(/process_id:(\d+)/.exec(await queue.info('server'))[1]);
  await database?.query('create extension if not exists pg_stat_statements schema public');
  const read = async () => {
    const [row] = (await database?.query(COUNTED))?.rows ?? [{}];
    return {
      engine: cpuOf(engine).own,
      postgres: cpuWithChildren(postmaster),
      redis: cpuOf(redis).own + cpuOf(redis).ended,
      client: cpuOf(process.pid).own,
      walKb: row.wal / 1024,
      statements: row.statements,
      commands: Number(/total_commands_processed:(\d+)/.exec(await queue.info('stats'))[1]),
    };
  };
  return async (work) => {
    const before = await read();
    await work();
    const after = await read();
    const cost = Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));
    return { ...cost, cpu: cost.engine + cost.postgres + cost.redis + cost.client };
  };
}

/** Top-level statements of this database, but for those of the benchmark itself. */
const COUNTED = `
  select (pg_current_wal_insert_lsn() - '0/0')::float8 as wal, coalesce(sum(calls), 0)::float8 as statements
  from public.pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database()) and query not like '%bench:%'
    and query not like '%pg_stat_statements%'`;
