/** A built Radiant with all services in one process, driven over HTTP as by a client. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { makeCounters } from './counters.mjs';
import { DIAMOND, parametersOf } from './diamond.mjs';
import { connectPostgres } from './servers.mjs';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const CONNECTIONS = 50;
/** The most executions of one batch. */
const BATCH = 1_000;
const STALLED_MS = 60_000;
let started = 0;

/**
 * Starts it on an empty database. Its stop is owned by the servers and may be called before.
 *
 * `submit` accepts executions with one request each over 50 connections, `submitInBulk` with a request for each thousand; both
 * resolve when all are accepted. `untilEnded` resolves when every execution that was created since has succeeded.
 *
 * @param concurrency how many tasks of models run at once
 */
export async function startRadiant(servers, { concurrency = 50 } = {}) {
  const ownerUrl = await servers.freshDatabase();
  const dataDir = join(servers.folder, `radiant-${(started += 1)}`);
  mkdirSync(dataDir);
  const {
    process: child,
    stop: end,
    url,
  } = await servers.own(launch(servers, ownerUrl, dataDir, concurrency));
  const key = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  const pool = new Pool(url, { connections: CONNECTIONS });
  const database = await servers.own(connectPostgres(ownerUrl));

  const ask = async (method, path, body, caller = key) => {
    const headers = { authorization: `Bearer ${caller}`, 'content-type': 'application/json' };
    const answer = await pool.request({ method, path, headers, body: body && JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300)
      throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
    return text && JSON.parse(text);
  };
  const submitOne = (workflowId, parameters, caller) =>
    ask('POST', `/v1/workflows/${workflowId}/executions`, { parameters }, caller);

  return {
    ask,
    database,
    pid: child.pid,
    count: await makeCounters(servers, { engine: child.pid, database }),
    submitOne,
    submit: (workflowId, count) => each(count, (n) => submitOne(workflowId, parametersOf(n))),
    async submitInBulk(workflowId, count) {
      for (let from = 0; from < count; from += BATCH) {
        const executions = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => ({
          parameters: parametersOf(from + n),
        }));
        const accepted = await ask('POST', `/v1/workflows/${workflowId}/executions/batch`, { executions });
        if (accepted.count < executions.length) throw new Error(JSON.stringify(accepted.results[0]));
      }
    },
    /** @returns when the last one completed, in ms since 1970, by the ledger */
    async untilEnded(since) {
      const read = async (sql) => (await database.query(sql, [since / 1000])).rows[0];
      let seen = { at: Date.now(), event: undefined };
      for (let n = 0; (await read(OPEN)).open; n += 1) {
        await sleep(n < 100 ? 10 : 25);
        if (Date.now() - seen.at < STALLED_MS) continue;
        const { event } = (await database.query(NEWEST_EVENT)).rows[0];
        if (event === seen.event)
          throw new Error('Executions are open, but nothing has happened for a minute.');
        seen = { at: Date.now(), event };
      }
      const { wrong, last } = await read(ENDED);
      if (wrong > 0) throw new Error(`${wrong} executions did not succeed.`);
      return last;
    },
    /** Submits one and waits for it. */
    async callOne(workflowId, parameters) {
      const { id } = await submitOne(workflowId, parameters);
      while (!(await database.query(ONE, [id])).rows[0].ended) await sleep(1);
      return id;
    },
    /** From the end of the last dependency of each task to its start, in ms. */
    async gapsOf(ids) {
      const { rows } = await database.query(TASKS, [ids]);
      const at = new Map(rows.map((row) => [`${row.execution}/${row.task}`, row]));
      return ids.flatMap((id) =>
        Object.entries(DIAMOND)
          .filter(([, dependsOn]) => dependsOn.length > 0)
          .map(
            ([task, dependsOn]) =>
              at.get(`${id}/${task}`).start -
              Math.max(...dependsOn.map((before) => at.get(`${id}/${before}`).end)),
          ),
      );
    },
    async stop() {
      await pool.destroy();
      await database.stop();
      await end();
    },
  };
}

/** Calls `work(n)` for each n below `count`, as many at once as there are connections. */
export async function each(count, work) {
  let next = 0;
  const one = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
}

async function launch(servers, ownerUrl, dataDir, concurrency) {
  const login = Object.assign(new URL(ownerUrl), { username: 'radiant_app', password: 'bench-of-radiant' });
  const log = join(dataDir, 'log');
  const child = spawn(process.execPath, [MAIN, 'start'], {
    // Apart, so that Ctrl-C reaches only this process, which stops it.
    detached: true,
    stdio: ['ignore', 'pipe', openSync(log, 'a')],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: '0',
      LOG_LEVEL: 'error',
      DATABASE_URL: login.href,
      DATABASE_OWNER_URL: ownerUrl,
      REDIS_URL: servers.redisUrl,
      RADIANT_DATA_DIR: dataDir,
      RADIANT_STANDIN_SPEED: 'instant',
      RADIANT_ALLOW_PRIVATE_HOSTS: '1',
      RADIANT_RATE_LIMIT: '1000000',
      // One model takes at most half of the places.
      RADIANT_WORKER_CONCURRENCY: String(2 * concurrency),
      RADIANT_DRAIN_MS: '0',
    },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lines = createInterface(child.stdout);
  const url = await new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const [, address] = /^API +(http:\S+)\/docs/.exec(line) ?? [];
      if (address) resolve(address);
    });
    child.once('exit', () => reject(new Error(`Radiant did not start:\n${readFileSync(log, 'utf8')}`)));
  });
  return {
    process: child,
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const OPEN = `
  /* bench: */ select exists (
    select from workflow_executions where completed_at is null and created_at >= to_timestamp($1)) as open`;
const NEWEST_EVENT = '/* bench: */ select max(id) as event from execution_events';
const ENDED = `
  /* bench: */ select count(*) filter (where status <> 'succeeded')::integer as wrong,
    extract(epoch from max(completed_at))::float8 * 1000 as last
  from workflow_executions where created_at >= to_timestamp($1)`;
const ONE = '/* bench: */ select completed_at is not null as ended from workflow_executions where id = $1';
const TASKS = `
  /* bench: */ select workflow_execution_id as execution, task_id as task,
    extract(epoch from started_at)::float8 * 1000 as start, extract(epoch from completed_at)::float8 * 1000 as end
  from task_executions where workflow_execution_id = any($1::uuid[])`;
