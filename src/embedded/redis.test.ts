import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRedis, startRedis } from './redis.js';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'radiant-redis-'));
});
afterEach(() => rmSync(place, { recursive: true }));

/** Starts the server, says some commands to it, and stops it again. */
async function ask(...commands: string[]): Promise<string> {
  const redis = await startRedis({ dataDir: place, path: process.env.PATH ?? '' });
  if (!redis) throw new Error('redis-server vanished from PATH');
  const { port, password } = new URL(redis.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end([`AUTH ${password}`, ...commands, 'QUIT', ''].join('\r\n'));
  const answers = await text(socket);
  await redis.stop();
  return answers;
}

if (findRedis(process.env.PATH ?? '')) {
  test('written data is there after a restart', async () => {
    await ask('SET kept 42');
    expect(await ask('GET kept')).toContain('42');
  });

  test('it requires the password and never evicts', async () => {
    expect(await ask('AUTH wrong')).toContain('WRONGPASS');
    expect(await ask('CONFIG GET maxmemory-policy')).toContain('noeviction');
  });
}

test('valkey is preferred to redis, and a PATH without either gives null', async () => {
  const [first, second] = [join(place, 'first'), join(place, 'second')];
  mkdirSync(first);
  mkdirSync(second);
  symlinkSync('/bin/sh', join(first, 'redis-server'));
  expect(findRedis(`/nowhere:${first}:${second}`)).toBe(join(first, 'redis-server'));
  symlinkSync('/bin/sh', join(second, 'valkey-server'));
  expect(findRedis(`/nowhere:${first}:${second}`)).toBe(join(second, 'valkey-server'));
  expect(await startRedis({ dataDir: place, path: '/nowhere' })).toBeNull();
});
