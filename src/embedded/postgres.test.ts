import { spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres } from './postgres.js';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'radiant-postgres-'));
});
afterEach(() => rmSync(place, { recursive: true }));

const postmasterFile = () => join(place, 'postgres/cluster/postmaster.pid');

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows as unknown[];
}

test('written data is there after a restart, and after a crash', async () => {
  const first = await startPostgres({ dataDir: relative(process.cwd(), place) });
  await query(first.url, 'create table kept (n int); insert into kept values (1)');
  await first.stop();
  const second = await startPostgres({ dataDir: place });
  await query(second.url, 'insert into kept values (2)');
  process.kill(Number(readFileSync(postmasterFile(), 'utf8').split('\n')[0]), 'SIGKILL');
  await second.stop();
  const third = await startPostgres({ dataDir: place });
  expect(await query(third.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  await third.stop();
});

test('it listens only on 127.0.0.1, requires the password, and keeps fsync', async () => {
  const { url, stop } = await startPostgres({ dataDir: place });
  const settings = `select name, setting from pg_settings where name in
    ('fsync', 'listen_addresses', 'max_connections', 'unix_socket_directories') order by name`;
  expect(await query(url, settings)).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'max_connections', setting: '200' },
    { name: 'unix_socket_directories', setting: '' },
  ]);
  await expect(query(url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(
    'password authentication',
  );
  expect(lstatSync(join(place, 'postgres', 'password')).mode & 0o777).toBe(0o600);
  await stop();
});

test('a stale postmaster.pid with a reused pid does not prevent a start', async () => {
  await (await startPostgres({ dataDir: place })).stop();
  const stranger = spawn('cat');
  const lines = [stranger.pid, join(place, 'postgres/cluster'), 1, 5432, '', '127.0.0.1', '', 'ready'];
  writeFileSync(postmasterFile(), lines.join('\n') + '\n');
  const { adopted, stop } = await startPostgres({ dataDir: place });
  expect(adopted).toBe(false);
  await stop();
  expect(stranger.exitCode).toBeNull();
  stranger.kill();
});

test('a database of another major version is refused', async () => {
  await (await startPostgres({ dataDir: place })).stop();
  writeFileSync(join(place, 'postgres/cluster/PG_VERSION'), '17\n');
  await expect(startPostgres({ dataDir: place })).rejects.toThrow(
    'was created by PostgreSQL 17, and Radiant has version 18',
  );
});
