/** A whole Radiant for one test file: a database of its own, a stand-in, and the chosen services, all in this process. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { inject } from 'vitest';
import { readConfig, SERVICES, type Config, type Service } from '../../src/config.js';
import type { Log } from '../../src/log.js';
import { addUser, bootstrap, issueKey } from '../../src/store/people/identity.js';
import { openLedger, SYSTEM, type Ledger } from '../../src/store/db/ledger.js';
import { inSchema } from '../../src/store/db/schema.js';
import { startSystem, type System } from '../../src/system.js';
import type { Speed } from '../../standin/clock.js';
import { startStandIn, type StandIn } from '../../standin/standin.js';
import { LOGIN, TEMPLATE } from './global.js';
import { useStandIn } from './stand-in-variables.js';

export interface TestSystem {
  config: Config;
  ledger: Ledger;
  /** Connections of a superuser, for queries and for damage. */
  owner: Pool;
  standIn: StandIn;
  /** The api's address; empty when that service was not started. */
  url: string;
  key: string;
  servers: { databaseUrl: string; redisUrl: string | undefined; queueUrl: string | undefined };
  /** What a process of ours needs to find the same database, queue and stand-in. */
  env: Record<string, string>;
  /** Facts that were logged as warnings or errors. */
  troubles: string[];
  /** Calls the api as the administrator, or with another key. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Another system on the same database, queue and stand-in. */
  open(services: readonly Service[], changes?: Partial<Config>): Promise<System>;
  /** A key for a user of a tenant; makes both when missing. */
  keyFor(tenant: string, tier?: number, role?: 'tenant_admin' | 'tenant_user'): Promise<string>;
  /** A process that must not outlive the system, however its test ends. */
  adopt<P extends ChildProcess>(child: P): P;
  /** Kills the adopted processes that still run. */
  reap(): void;
  stop(): Promise<void>;
}

export interface TestSystemOptions {
  services?: readonly Service[];
  speed?: Speed;
  /** The start of a manual clock of the stand-in. */
  startedAt?: Date;
  /** Called after the database is made and before the first service starts. */
  beforeServices?: (owner: Pool) => Promise<void>;
  /** Short intervals, so that tests wait for facts and not for minutes. */
  config?: Partial<Config>;
  queue?: 'redis' | 'postgres';
}

/** The queue backends that this machine has. */
export const backends = (): ('redis' | 'postgres')[] =>
  inject('redisUrl') === null ? ['postgres'] : ['redis', 'postgres'];

export async function startTestSystem({
  services = SERVICES,
  speed = 'instant',
  startedAt,
  beforeServices,
  config: changes = {},
  queue = backends()[0] ?? 'postgres',
}: TestSystemOptions = {}): Promise<TestSystem> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const server = new Pool({ connectionString: inject('serverUrl'), max: 1 });
  await server.query(`create database ${name} template ${TEMPLATE} strategy file_copy`);
  const ownerUrl = Object.assign(new URL(inject('serverUrl')), { pathname: `/${name}` }).href;
  const owner = new Pool({ connectionString: inSchema(ownerUrl), max: 4 });
  owner.on('error', () => {});
  const databaseUrl = Object.assign(new URL(ownerUrl), LOGIN).href;
  const ledger = openLedger(databaseUrl);
  const key = (await bootstrap(ledger)) as string;
  const dataDir = mkdtempSync(join(tmpdir(), 'radiant-test-'));
  await beforeServices?.(owner);
  const standIn = await startStandIn({ speed, ...(startedAt && { startedAt }) });
  useStandIn(standIn.url);
  const redisUrl = queue === 'redis' ? (inject('redisUrl') ?? undefined) : undefined;
  const servers = { databaseUrl, redisUrl, queueUrl: redisUrl ? undefined : ownerUrl };
  const config: Config = {
    ...readConfig({ production: false }, {}),
    port: 0,
    dataDir,
    queuePrefix: name,
    environment: 'test',
    leaseMs: 3_000,
    sweepMs: 200,
    thermalTickMs: 250,
    pollMs: 50,
    drainMs: 2_000,
    doubtMs: 1_000,
    authTtlMs: 250,
    allowPrivateHosts: true,
    ...changes,
  };
  const troubles: string[] = [];
  const log: Log = {
    info: () => {},
    warn: (fact, details) => void troubles.push(`${fact} ${JSON.stringify(details ?? {})}`),
    error: (fact, error) => void troubles.push(`${fact} ${(error as Error).message}`),
  };
  const systems: System[] = [];
  const children: ChildProcess[] = [];
  const reap = () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  };
  const open = async (asked: readonly Service[], more: Partial<Config> = {}) => {
    const system = await startSystem({ config: { ...config, ...more }, services: asked, servers, log });
    systems.push(system);
    return system;
  };
  const url = services.length > 0 ? ((await open(services)).url ?? '') : '';

  return {
    config,
    ledger,
    owner,
    standIn,
    url,
    key,
    servers,
    troubles,
    open,
    env: {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl ?? ownerUrl,
      AWS_ENDPOINT_URL: standIn.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'standin',
      AWS_SECRET_ACCESS_KEY: 'standin',
      RADIANT_DATA_DIR: dataDir,
      RADIANT_ENVIRONMENT: config.environment,
      RADIANT_QUEUE_PREFIX: config.queuePrefix,
      RADIANT_LEASE_MS: String(config.leaseMs),
      RADIANT_SWEEP_MS: String(config.sweepMs),
      RADIANT_THERMAL_TICK_MS: String(config.thermalTickMs),
      RADIANT_POLL_MS: String(config.pollMs),
      RADIANT_DRAIN_MS: String(config.drainMs),
      RADIANT_DOUBT_MS: String(config.doubtMs),
      LOG_LEVEL: 'warn',
      PORT: '0',
    },
    ask: (method, path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    async keyFor(tenant, tier = 5, role = 'tenant_user') {
      const user = await addUser(ledger, {
        tenant: { name: tenant, tier },
        email: `${role}@${tenant}.test`,
        role,
      });
      return issueKey(ledger, user, 'for tests', SYSTEM);
    },
    adopt(child) {
      children.push(child);
      return child;
    },
    reap,
    async stop() {
      reap();
      for (const system of systems.splice(0).reverse()) await system.stop();
      await standIn.stop();
      await ledger.stop();
      await owner.end();
      await server.query(`drop database ${name} with (force)`);
      await server.end();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
