/** Promise: a wrong environment is reported at the start, within seconds: variable, fault and remedy, never a password. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findRedis } from '../../src/embedded/redis.js';
import { ensureDatabase, migrate } from '../../src/store/db/migrate.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const SECRET = 'hunter2%25';
const redis = findRedis(process.env.PATH ?? '');
const mark = `c_${randomBytes(4).toString('hex')}`;

const places = {
  db: '',
  owner: '',
  redis: 'redis://127.0.0.1:1',
  taken: '0',
  silent: '0',
  deaf: '0',
  file: '',
};
const running: (Server | ChildProcess)[] = [];
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'radiant-command-'));
  places.file = join(folder, 'file');
  writeFileSync(places.file, '');
  places.owner = await ensureDatabase(inject('serverUrl'), mark);
  places.db = Object.assign(new URL(places.owner), { username: mark, password: SECRET }).href;
  await migrate(places.owner, places.db, { seed: false });
  places.deaf = await listening((socket) => socket.destroy());
  places.taken = await listening(() => {});
  places.silent = await listening((socket) => socket.resume());
  if (redis) places.redis = `redis://:${SECRET}@127.0.0.1:${await serveRedis(redis)}`;
});
afterAll(async () => {
  for (const one of running)
    if ('close' in one) one.close();
    else one.kill('SIGKILL');
  const server = new Client({ connectionString: inject('serverUrl') });
  await server.connect();
  await server.query(`drop database ${mark} with (force)`);
  await server.query(`drop role ${mark}, ${mark}_tenant`);
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

async function listening(on: (socket: Socket) => void): Promise<string> {
  const server = createServer(on).listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

/** A Redis with a password and four databases. */
async function serveRedis(command: string): Promise<string> {
  const port = await listening(() => {});
  await once((running.pop() as Server).close(), 'close');
  const options = [
    '--port',
    port,
    '--bind',
    '127.0.0.1',
    '--requirepass',
    decodeURIComponent(SECRET),
    '--databases',
    '4',
  ];
  const child = spawn(command, [...options, '--save', ''], { stdio: ['ignore', 'pipe', 'ignore'] });
  running.push(child);
  for await (const line of child.stdout) if (String(line).includes('Ready to accept')) break;
  return port;
}

async function run(args: string[], env: Record<string, string>): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH ?? '', RADIANT_DATA_DIR: join(folder, 'data'), PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, output };
}

const but = (url: string, parts: Partial<URL>) => Object.assign(new URL(url), parts).href;
const db = (parts: Partial<URL>) => but(places.db, parts);

/** Wrong values of each variable, and the expected report. */
type Row = [value: () => string, report: RegExp];
const WRONG: Record<string, Row[]> = {
  DATABASE_URL: [
    [() => 'mysql://u:hunter2@h/d', /must begin with postgres:/],
    [() => 'postgres://u:hunter2%@h/d', /has a % .*%25/],
    [() => 'postgres://u:hunter2#x@h/d', /must be a URL.*%23/],
    [() => 'postgres://u:hunter2@no.invalid/d', /there is no host for no\.invalid:5432/],
    [() => 'postgres://u:hunter2@127.0.0.1:1/d', /no server listens at 127\.0\.0\.1:1/],
    [() => `postgres://u:hunter2@127.0.0.1:${places.silent}/d`, /does not answer/],
    [() => `postgres://u:hunter2@127.0.0.1:${places.deaf}/d`, /closes the connection/],
    [() => db({ search: '?sslmode=verify-full' }), /does not support TLS/],
    [() => db({ password: 'hunter3' }), /the password of c_\w+ is wrong/],
    [() => db({ username: 'nobody' }), /the password of nobody is wrong, or there is no such login/],
    [() => db({ pathname: '/nowhere' }), /there is no database nowhere/],
    [() => db({ pathname: '/postgres' }), /the database lacks \d+ migration.*radiant migrate/],
    [() => places.owner, /its login is a superuser/],
  ],
  REDIS_URL: [
    [() => 'foo', /must be a URL such as redis:\/\//],
    [() => 'redis://:hunter2@h/abc', /must end with a database number/],
    [() => 'redis://:hunter2%zz@h', /has a % .*%25/],
    [() => 'redis://:hunter2@no.invalid', /there is no host for no\.invalid:6379/],
    [() => 'redis://:hunter2@127.0.0.1:1', /no server listens at 127\.0\.0\.1:1/],
    [() => `redis://:hunter2@127.0.0.1:${places.silent}`, /does not answer/],
    [() => `rediss://:hunter2@127.0.0.1:${places.deaf}`, /closes the connection|does not support TLS/],
    [() => 'postgres://u:hunter2@127.0.0.1:1/d', /no server listens/],
  ],
  PORT: [
    [() => '70000', /must be a whole number from 0 to 65535/],
    [() => 'http', /must be a whole number/],
    [() => places.taken, /another program already listens on 127\.0\.0\.1:\d+/],
  ],
  RADIANT_DATA_DIR: [
    [() => places.file, /cannot be written \(EEXIST\)/],
    [() => join(places.file, 'data'), /cannot be written \(ENOTDIR\)/],
  ],
  RADIANT_LEASE_MS: [[() => 'soon', /must be a whole number from 500/]],
};
const OF_REDIS: Row[] = [
  [() => but(places.redis, { password: 'hunter3' }), /Redis does not accept/],
  [() => but(places.redis, { password: '' }), /Redis requires a password/],
  [() => `${places.redis}/9`, /Redis has fewer databases/],
  [() => places.redis.replace('redis:', 'rediss:'), /TLS/],
];
const columns = Object.entries({
  ...WRONG,
  REDIS_URL: [...(WRONG.REDIS_URL ?? []), ...(redis ? OF_REDIS : [])],
});
/** Every fault is reported at once, so each start gets the next wrong value of every variable. */
const ROUNDS = Array.from({ length: Math.max(...columns.map(([, rows]) => rows.length)) }, (_, n) =>
  columns.flatMap(([variable, rows]) =>
    rows.slice(n, n + 1).map(([value, report]) => ({ variable, value, report })),
  ),
);

describe.concurrent('a start', () => {
  const check = async (
    args: string[],
    wrong: { variable: string; value: () => string; report: RegExp }[],
  ) => {
    const right = { DATABASE_URL: places.db, REDIS_URL: inject('redisUrl') ?? places.owner };
    const env = Object.fromEntries(wrong.map(({ variable, value }) => [variable, value()]));
    const { code, output } = await run(args, { ...right, ...env });
    for (const { variable, report } of wrong)
      expect(
        output
          .split('\n')
          .find((line) => line.startsWith(`  ${variable}: `) || line.startsWith(`${variable}: `)),
        output,
      ).toMatch(report);
    expect(output.trim().split('\n').length, output).toBeLessThanOrEqual(wrong.length + 1);
    expect(output).not.toMatch(/hunter/);
    expect(code).toBe(1);
  };

  test.each(ROUNDS.map((wrong, n) => [n, wrong] as const))('with everything wrong, %i', (_, wrong) =>
    check(['start', '--services', 'api,scheduler'], wrong),
  );

  const taken = { variable: 'PORT', value: () => places.taken, report: /another program already listens/ };
  const unknown = {
    variable: 'DATABASE_URL',
    value: () => db({ password: 'hunter3' }),
    report: /the password of/,
  };
  test.each([
    [['start'], taken],
    [['demo'], taken],
    [
      ['start', '--services', 'api'],
      { variable: 'HOST', value: () => '192.0.2.1', report: /not an address of this machine/ },
    ],
    [
      ['migrate'],
      {
        variable: 'DATABASE_OWNER_URL',
        value: () => but(places.owner, { password: 'hunter3' }),
        report: /the password of radiant/,
      },
    ],
    [['catalogue', 'load'], unknown],
  ])('%s', (args, wrong) => check(args, [wrong]));

  test.runIf(redis)('of an api alone may wait for Redis, but not for another password', () =>
    check(
      ['start', '--services', 'api'],
      [
        {
          variable: 'REDIS_URL',
          value: () => but(places.redis, { password: 'hunter3' }),
          report: /Redis does not accept/,
        },
      ],
    ),
  );
});

const hasPsql = (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, 'psql')));
const WHO =
  "select current_user || ' ' || current_setting('transaction_read_only') || ' ' || current_setting('search_path')";

describe('radiant psql', () => {
  test.runIf(hasPsql)('reads the ledger, and writes only where it is asked to', async () => {
    const ask = (...args: string[]) =>
      run(['psql', ...args, '--', '-Atqc', WHO], { DATABASE_URL: places.db });
    expect(await ask()).toEqual({ code: 0, output: `${mark} on radiant,pg_temp\n` });
    expect(await ask('--write')).toEqual({ code: 0, output: `${mark} off radiant,pg_temp\n` });
  });

  test.runIf(hasPsql)('ends as psql does', async () => {
    const statement = "update tenants set name = 'x'";
    const { code, output } = await run(['psql', '--', '-qc', statement], { DATABASE_URL: places.db });
    expect(output).toMatch(/read-only transaction/);
    expect(output).not.toMatch(/hunter/);
    expect(code).toBe(1);
  });

  test('says the URL to who asks for it, and to who has no psql', async () => {
    expect(await run(['psql', '--url'], { DATABASE_URL: places.db })).toEqual({
      code: 0,
      output: `${places.db}\n`,
    });
    const { code, output } = await run(['psql'], { DATABASE_URL: places.db, PATH: folder });
    expect(output).toMatch(/^psql is not on the PATH/);
    expect(output.trim().split('\n').at(-1)).toBe(places.db);
    expect(code).toBe(1);
  });

  test('says where it found no database', async () => {
    const { code, output } = await run(['psql'], {});
    expect(output).toMatch(/^No database runs in .*: start Radiant, or name one by DATABASE_URL/);
    expect(code).toBe(1);
  });
});

test("radiant --version prints the package's version", async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(await run(['--version'], {})).toEqual({ code: 0, output: `${version}\n` });
});
