/** The example of every seeded workflow is accepted, and one that cannot be made says how to write it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/store/models/seed-catalogue.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { publishWorkflow } from '../harness/fixtures.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 100_000 } });
  await loadCatalogue(system.ledger);
  // Admission looks at the parameters after the licences.
  await system.ledger.as(SYSTEM, (session) =>
    session.query(`update model_licenses set compliance_status = 'compliant', commercial_use = true`),
  );
});
afterAll(() => system.stop());

const say = async <Body>(method: string, path: string, body?: unknown): Promise<[number, Body]> => {
  const response = await system.ask(method, path, body);
  return [response.status, (await response.json()) as Body];
};

test('the example of every seeded workflow is accepted, with all parameters that a user may set', async () => {
  const [, { items }] = await say<{ items: { id: string }[] }>('GET', '/v1/workflows?limit=200');
  expect(items).toHaveLength(13);
  for (const { id } of items) {
    const [status, example] = await say<{ parameters: object }>('GET', `/v1/workflows/${id}/example`);
    expect([id, status]).toEqual([id, 200]);
    const [tried, { accepts }] = await say<{ accepts: { resolvedParameters: object } }>(
      'POST',
      `/v1/workflows/${id}/executions?dryRun=validate`,
      example,
    );
    expect([id, tried, Object.keys(example.parameters).toSorted()]).toEqual([
      id,
      200,
      Object.keys(accepts.resolvedParameters).toSorted(),
    ]);
  }
});

test('an example that breaks a rule is not sent', async () => {
  await publishWorkflow(system, 'strange', [{ id: 'a', type: 'transform' }], {
    parameters: [{ name: 'code', type: 'string', default: 'x', validation: { pattern: '^[0-9]{3}-[A-Z]$' } }],
  });
  expect(await say('GET', '/v1/workflows/strange/example')).toMatchObject([
    409,
    { code: 'no_example', detail: expect.stringMatching(/parameters\.code .*`examples` of its inputSchema/) },
  ]);
  expect((await say('GET', '/v1/workflows/none/example'))[0]).toBe(404);
});
