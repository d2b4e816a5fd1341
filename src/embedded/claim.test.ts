import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lifeOf } from './process-identity.js';
import { claimDataDir } from './claim.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'radiant-claim-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const ownerFile = () => join(dataDir, 'owner');

test('a claimed directory is refused until it is released', () => {
  const claim = claimDataDir(dataDir, 'redis');
  expect(() => claimDataDir(dataDir, 'redis')).toThrow(
    `another Radiant already runs on ${dataDir}, pid ${process.pid}`,
  );
  claim.release();
  claimDataDir(dataDir, 'redis').release();
  expect(readdirSync(dataDir)).toEqual([]);
});

test('one process holds it for all its servers, until the last one releases it', () => {
  const redis = claimDataDir(dataDir, 'redis');
  const postgres = claimDataDir(dataDir, 'postgres');
  redis.release();
  redis.release();
  expect(readdirSync(dataDir)).toEqual(['owner']);
  postgres.release();
  expect(readdirSync(dataDir)).toEqual([]);
});

test('the claim of a dead process is replaced, even if its pid was reused', async () => {
  const gone = spawn('true');
  const { pid = 0 } = gone;
  await once(gone, 'exit');
  for (const owner of [lifeOf(pid), { ...lifeOf(process.pid), birth: '1' }]) {
    writeFileSync(ownerFile(), JSON.stringify(owner));
    claimDataDir(dataDir, 'redis').release();
  }
});

test('a release never removes the claim of another process', async () => {
  const other = spawn('cat');
  const claim = claimDataDir(dataDir, 'redis');
  const theirs = JSON.stringify(lifeOf(other.pid ?? 0));
  writeFileSync(ownerFile(), theirs);
  claim.release();
  expect(readFileSync(ownerFile(), 'utf8')).toBe(theirs);
  expect(() => claimDataDir(dataDir, 'redis')).toThrow(`pid ${other.pid}`);
  other.stdin.end();
  await once(other, 'exit');
});
