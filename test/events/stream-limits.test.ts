/** Limits on event streams: no key, person or tenant can use all of them. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { issueKey } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { openPeopleHarness, type People } from '../people/people-harness.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
let people: People;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 100_000 } });
  people = openPeopleHarness(system);
  await publishWorkflow(system, 'small', [{ id: 'only', type: 'validation' }]);
});
afterAll(() => system.stop());

/** Each with its response: one that nobody refers to is collected, and its connection closed. */
const open = new Map<AbortController, Response>();
afterEach(() => {
  for (const stream of open.keys()) stream.abort();
  open.clear();
});

interface Opened {
  status: number;
  code?: string;
  detail?: string;
  retryAfter?: string | null;
  close: () => void;
}

async function follow(key: string, path = '/v1/events'): Promise<Opened> {
  const stream = new AbortController();
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${system.url}${path}`, { headers, signal: stream.signal });
  const close = () => {
    stream.abort();
    open.delete(stream);
  };
  open.set(stream, response);
  if (response.status === 200) return { status: 200, close };
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  return { status: response.status, code, detail, retryAfter: response.headers.get('retry-after'), close };
}
const many = (count: number, key: string, path?: string) =>
  Promise.all(Array.from({ length: count }, () => follow(key, path)));
const statuses = (results: Opened[]) => results.map(({ status }) => status).sort((one, other) => one - other);

test('a key may open twenty streams, and its refusal names the limit; another person of the tenant is not affected', async () => {
  const { key, tenantId, userId } = await people.inTenant('one');
  const results = await many(25, key);
  expect(statuses(results)).toEqual([...Array.from({ length: 20 }, () => 200), 429, 429, 429, 429, 429]);
  expect(results.find(({ status }) => status === 429)).toMatchObject({
    code: 'too_many_streams',
    detail: '20 event streams of this key are open, which is the limit. Close one, or try again later.',
    retryAfter: '10',
  });
  const other = await people.inTenant('one', 'tenant_admin');
  expect((await follow(other.key)).status).toBe(200);

  // Another key of the same person has its own limit, up to the person's.
  const second = await issueKey(system.ledger, { tenantId, userId }, 'second', SYSTEM);
  const third = await issueKey(system.ledger, { tenantId, userId }, 'third', SYSTEM);
  expect(statuses(await many(20, second))).toEqual(Array.from({ length: 20 }, () => 200));
  expect(await follow(third)).toMatchObject({
    status: 429,
    detail: expect.stringContaining('40 event streams of this user'),
  });

  results.find(({ status }) => status === 200)?.close();
  await expect.poll(async () => (await follow(key)).status).toBe(200);
});

test('a tenant may open two hundred streams, and the next tenant is not affected', async () => {
  const keys: string[] = [];
  const { tenantId } = await people.inTenant('crowd');
  for (let user = 0; user < 11; user += 1) {
    const made = await people.ask('POST', '/v1/users', {
      email: `u${user}@crowd.test`,
      role: 'tenant_user',
      tenantId,
    });
    keys.push(await issueKey(system.ledger, { tenantId, userId: made.body.id }, 'crowd', SYSTEM));
  }
  const last = keys.pop() as string;
  const results = (await Promise.all(keys.map((key) => many(20, key)))).flat();
  expect(new Set(statuses(results))).toEqual(new Set([200]));
  expect(await follow(last)).toMatchObject({
    status: 429,
    detail: expect.stringContaining('200 event streams of this tenant'),
  });
  const elsewhere = await people.inTenant('quiet');
  expect((await follow(elsewhere.key)).status).toBe(200);
});

test('fifty streams may follow one execution', async () => {
  const id = await submit(system, 'small');
  const path = `/v1/executions/${id}/events`;
  const followers = await Promise.all(
    ['a', 'b', 'c'].map((tenant) => people.inTenant(`operators-${tenant}`, 'tenant_user', 'operator')),
  );
  const results = (await Promise.all(followers.map(({ key }) => many(20, key, path)))).flat();
  expect(results.filter(({ status }) => status === 200)).toHaveLength(50);
  expect(results.find(({ status }) => status === 429)).toMatchObject({
    code: 'too_many_streams',
    detail: expect.stringContaining('50 event streams of this execution'),
  });
});
