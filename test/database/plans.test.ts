/**
 * No statement that moves executions and tasks reads a table whole, nor all rows of a state for each key: neither in young
 * tables without statistics, nor in old ones, nor with plans that were made while there was little in them.
 */
import { expect, onTestFinished, test } from 'vitest';
import { fill } from './backlog.js';
import { watchDatabase, type WatchedDatabase } from './watched-database.js';

const TIMEOUT = { timeout: 60_000 };
/** One task in each state for each step that needs one. */
const FEW = { live: 16, ended: 2 };
const SOME = { live: 100, ended: 10 };
const MANY = { live: 1_000, ended: 6_000 };

async function watched(): Promise<WatchedDatabase> {
  const database = await watchDatabase();
  onTestFinished(() => database.stop());
  return database;
}

async function excessOfNew(database: WatchedDatabase): Promise<string[]> {
  const engine = database.open();
  try {
    return await database.excess(engine);
  } finally {
    await engine.stop();
  }
}

test('in young tables without statistics, by older plans, and then with statistics', TIMEOUT, async () => {
  const database = await watched();
  const { owner } = database.system;
  await fill(owner, SOME);
  const early = database.open();
  await database.excess(early);
  await fill(owner, MANY);
  expect(await excessOfNew(database)).toEqual([]);
  // PostgreSQL plans its checks of foreign keys itself, and again as soon as there are statistics.
  expect(await database.excess(early, { foreignKeys: false })).toEqual([]);
  await early.stop();
  await owner.query('analyze');
  expect(await excessOfNew(database)).toEqual([]);
});

test.each(['without statistics', 'with statistics'])(
  'by plans for nearly empty tables %s',
  TIMEOUT,
  async (how) => {
    const database = await watched();
    const { owner } = database.system;
    await fill(owner, FEW);
    if (how === 'with statistics') await owner.query('vacuum analyze');
    const early = database.open();
    await database.excess(early);
    await fill(owner, MANY);
    expect(await database.excess(early, { foreignKeys: false })).toEqual([]);
    await early.stop();
  },
);
