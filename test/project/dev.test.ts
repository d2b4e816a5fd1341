/** Promise: `npm run dev` follows every save, whatever was saved, on servers that stay; and leaves nothing behind. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../../scripts/dev/seed.js';
import { untilAllEnded } from '../harness/invariants.js';
import { startTestSystem } from '../harness/system.js';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = [
  'src',
  'standin',
  'dashboard',
  'migrations',
  'seeds',
  'scripts',
  'package.json',
  'tsconfig.json',
];
const EDITED = 'src/api/openapi/document.ts';
const WAIT = { timeout: 90_000, interval: 100 };

let checkout: string;
let child: ChildProcess | undefined;
let said = '';
const at = (...path: string[]) => join(checkout, ...path);
const env = () => ({ PATH: process.env.PATH ?? '', RADIANT_DATA_DIR: at('data'), PORT: '0' });

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'radiant-dev-'));
  for (const path of COPIED) cpSync(join(ROOT, path), at(path), { recursive: true });
  // Its own folder, where what vite keeps for a checkout is that checkout's.
  mkdirSync(at('node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.')))
    symlinkSync(join(ROOT, 'node_modules', name), at('node_modules', name));
});
afterAll(async () => {
  if (child?.exitCode === null) {
    child.kill('SIGINT');
    await once(child, 'exit');
  }
  rmSync(checkout, { recursive: true, force: true });
});

async function start(): Promise<string> {
  said = '';
  child = spawn(process.execPath, [at('scripts/dev.mjs')], {
    cwd: checkout,
    env: env(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  await expect.poll(() => said, WAIT).toMatch(/^API /m);
  return /^dashboard (\S+)\/ /m.exec(said)?.[1] ?? '';
}

const postmaster = () => readFileSync(at('data/postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0];

test(
  'an edit is served, a mistake is shown and corrected by the next save, and all ends together',
  { timeout: 400_000 },
  async () => {
    const url = await start();
    const title = async () => {
      const response = await fetch(`${url}/openapi.json`);
      return response.ok
        ? ((await response.json()) as { info: { title: string } }).info.title
        : response.status;
    };
    const before = { title: await title(), postmaster: postmaster() };
    expect(before.title).toBe('Radiant');

    const source = readFileSync(at(EDITED), 'utf8');
    writeFileSync(at(EDITED), source.replace("title: 'Radiant'", "title: 'Radiant, edited'"));
    await expect.poll(title, WAIT).toBe('Radiant, edited');

    writeFileSync(at(EDITED), `${source}\nconst half = ;\n`);
    await expect.poll(() => said, WAIT).toMatch(/the next save starts it again/);
    expect(said).toMatch(/document\.ts:\d+:\d+: ERROR/);
    expect(await title()).toBe(503);

    writeFileSync(at(EDITED), source);
    await expect.poll(title, WAIT).toBe('Radiant');
    expect(postmaster()).toBe(before.postmaster);

    const page = 'dashboard/src/main.tsx';
    const module = async () => (await fetch(`${url}/src/main.tsx`)).text();
    expect(await module()).not.toContain('just saved');
    writeFileSync(at(page), `${readFileSync(at(page), 'utf8')}\nvoid 'just saved';\n`);
    await expect.poll(module, WAIT).toContain('just saved');

    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'dist/main.js'), 'psql', '--url'],
      { env: env() },
    );
    const client = new Client({ connectionString: stdout.trim() });
    await client.connect();
    const { rows } = await client.query('select current_user as login');
    await client.end();
    expect(rows).toEqual([{ login: 'radiant_app' }]);

    const dev = child as ChildProcess;
    dev.kill('SIGINT');
    expect(await once(dev, 'exit')).toEqual([0, null]);
    expect(existsSync(at('data/postgres/cluster/postmaster.pid'))).toBe(false);
    expect(existsSync(at('data/owner'))).toBe(false);
  },
);

test('seeding twice makes the same rows as seeding once', async () => {
  const system = await startTestSystem();
  try {
    const lines: string[] = [];
    const runSeed = () =>
      seed({ ledger: system.ledger, url: system.url, key: system.key, say: (line) => lines.push(line) });
    await runSeed();
    await runSeed();
    expect(lines).toEqual([
      'seed      12 models, 3 workflows and 50 executions that were not there',
      'seed      0 models, 0 workflows and 0 executions that were not there',
    ]);
    await untilAllEnded(system);
    const { rows } = await system.owner.query(
      `select status, error_code as "errorCode", count(*)::int as count from workflow_executions group by 1, 2 order by 1`,
    );
    expect(rows).toEqual([
      { status: 'failed', errorCode: 'validation_failed', count: 3 },
      { status: 'succeeded', errorCode: null, count: 47 },
    ]);
  } finally {
    await system.stop();
  }
});
