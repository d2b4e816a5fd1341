/** The api takes the time from the ledger: its own clock may be a month late, and nothing that it says or refuses changes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

const AHEAD_MS = 30 * 86_400_000;
const HOUR = 3_600;

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({
    services: ['api', 'scheduler'],
    beforeServices: async (owner) => {
      await owner.query(
        `create or replace function ledger_now() returns timestamptz language sql volatile
           return pg_catalog.clock_timestamp() + interval '30 days'`,
      );
    },
  });
  await publishWorkflow(system, 'timed', [
    { id: 'pause', type: 'wait', config: { wait: { seconds: HOUR } } },
  ]);
});
afterAll(() => system.stop());

test('a timer ends as much later as it waits, in a list and on a page', async () => {
  const id = await submit(system, 'timed');
  const reasonAt = async (path: string) => {
    const body = (await (await system.ask('GET', path)).json()) as { items?: Held[] } & Held;
    return (body.items?.[0] ?? body).waiting?.reason;
  };
  await expect.poll(() => reasonAt(`/v1/executions/${id}`)).toMatch(/in (59|60) min/);
  await expect.poll(() => reasonAt('/v1/executions')).toMatch(/in (59|60) min/);
});
interface Held {
  waiting: { reason: string } | null;
}

test('a quote begins now', async () => {
  const before = Date.now() + AHEAD_MS;
  const response = await system.ask('POST', '/v1/workflows/timed/quote', { parameters: {} });
  const { startsAt } = (await response.json()) as { startsAt: { likely: string } };
  expect(Date.parse(startsAt.likely)).toBeGreaterThanOrEqual(before);
});

test.each(['executions', 'quote'])('a deadline that the ledger has passed is refused: %s', async (what) => {
  const ask = (ms: number) =>
    system.ask('POST', `/v1/workflows/timed/${what}`, {
      parameters: {},
      deadline: new Date(Date.now() + ms).toISOString(),
    });
  expect(await (await ask(AHEAD_MS / 2)).json()).toMatchObject({
    status: 422,
    errors: [{ path: 'deadline', message: 'must be in the future' }],
  });
  expect((await ask(AHEAD_MS * 2)).ok).toBe(true);
});
