/**
 * Promise: one request starts many executions: each is accepted or refused by itself, one price covers all, and their
 * figures can be compared.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { openPeopleHarness } from '../people/people-harness.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';

let system: TestSystem;
let user: string;
let operator: string;

beforeAll(async () => {
  system = await startTestSystem();
  await registerEchoModel(system, 'echo');
  user = await system.keyFor('acme');
  operator = (await openPeopleHarness(system).inTenant('run', 'tenant_user', 'operator')).key;
  await publishWorkflow(
    system,
    'fold',
    [{ id: 'ask', model: 'echo', input: { length: 'size(params.sequence)' } }],
    {
      parameters: [
        { name: 'sequence', type: 'fasta', validation: { minLength: 5, alphabet: 'ACDEFGHIKLMNPQRSTVWY' } },
      ],
      outputMapping: {
        confidence: { length: 'tasks.ask.output.echo.length', list: '[1, 2]' },
        size: '2.5',
        words: '"x"',
      },
    },
  );
});
afterAll(() => system.stop());

interface Result {
  index: number;
  ok: boolean;
  id?: string;
  name?: string;
  code?: string;
  errors?: { path: string }[];
}
interface Batch {
  count: number;
  cost: { likelyUsd: string } | null;
  results: Result[];
}
const ask = (key: string, method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
  system.ask(method, path, body, { authorization: `Bearer ${key}`, ...more });
async function batch(body: object, more: Record<string, string> = {}): Promise<Batch> {
  const response = await ask(user, 'POST', '/v1/workflows/fold/executions/batch', body, more);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as Batch;
}
const of = (sequence: string, more: object = {}) => ({ parameters: { sequence }, ...more });
const three = [of('>one\nACDEFG'), of('>two\nXXXXXX'), of('>three\nACDEFGHIK', { tags: ['study'] })];
const countAll = async () =>
  (await system.owner.query<{ count: string }>('select count(*) from workflow_executions')).rows[0]?.count;

describe('a batch', () => {
  test('is priced before anything is written, and names each member that would be refused', async () => {
    const before = await countAll();
    const { count, results } = await batch({ executions: three, dryRun: true });
    expect(count).toBe(2);
    expect(results.map(({ index, ok, name }) => [index, ok, name])).toEqual([
      [0, true, 'one'],
      [1, false, undefined],
      [2, true, 'three'],
    ]);
    expect(results[1]).toMatchObject({
      code: 'invalid_parameters',
      errors: [{ path: 'parameters.sequence' }],
    });
    expect(await countAll()).toBe(before);
  });

  test('accepts its members one by one; the same key returns the same executions', async () => {
    const key = { 'idempotency-key': 'one batch' };
    const first = await batch({ executions: three }, key);
    expect(first.results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(await batch({ executions: three }, key)).toMatchObject({ results: first.results });
    const ids = first.results.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids)
      await expect
        .poll(
          async () =>
            ((await (await ask(user, 'GET', `/v1/executions/${id}`)).json()) as { status: string }).status,
        )
        .toBe('succeeded');
    const listed = async (key: string, query: string) =>
      ((await (await ask(key, 'GET', `/v1/executions?${query}`)).json()) as { items: { scores?: unknown }[] })
        .items;
    expect(await listed(user, 'tag=study&scores=true')).toMatchObject([
      { name: 'three', scores: { 'confidence.length': 9, size: 2.5 } },
    ]);
    expect((await listed(user, 'tag=study'))[0]).not.toHaveProperty('scores');
    expect((await listed(operator, 'tag=study&scores=true'))[0]).not.toHaveProperty('scores');
  });

  test('costs the sum of its members', async () => {
    const quote = async (sequence: string) => {
      const response = await ask(user, 'POST', '/v1/workflows/fold/quote', of(sequence));
      return ((await response.json()) as Batch).cost?.likelyUsd ?? null;
    };
    const both = { executions: [of('ACDEFG'), of('ACDEFG')], dryRun: true };
    // The history of a recent run is read within a second.
    await expect.poll(async () => (await batch(both)).cost, { timeout: 10_000 }).not.toBeNull();
    const { cost } = await batch(both);
    const single = await quote('ACDEFG');
    expect(single).not.toBeNull();
    // Each price is rounded to a nano-dollar.
    expect(Number(cost?.likelyUsd)).toBeCloseTo(2 * Number(single), 8);
  });

  test.each([
    ['none', { executions: [] }],
    ['too many', { executions: Array.from({ length: 1001 }, () => of('ACDEFG')) }],
    ['no list', { executions: of('ACDEFG') }],
    ['an unknown key', { executions: [{ ...of('ACDEFG'), nonsense: 1 }] }],
  ])('of %s is refused as a whole', async (_, body) => {
    const response = await ask(user, 'POST', '/v1/workflows/fold/executions/batch', body);
    expect(response.status).toBe(422);
    expect(((await response.json()) as { errors: { path: string }[] }).errors[0]?.path).toMatch(
      /^executions/,
    );
  });
});
