/** An answer that came is neither lost nor requested again, whatever its price, its usage and its size. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openModels } from '../../src/store/models/models.js';
import { listen } from '../../src/store/db/notifications.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectAuthorised, expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

const ANSWER_BYTES = 20_000;
const LARGEST = '99999999999.999999999';
const DRIVERS = ['async', 'realtime', 'http'] as const;

let system: TestSystem;
let server: Server;
/** Requests received, by their invocation id. */
const overHttp: string[] = [];

beforeAll(async () => {
  system = await startTestSystem({
    services: ['api', 'scheduler', 'thermal'],
    config: { answerBytes: ANSWER_BYTES },
  });
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      overHttp.push(String(request.headers['idempotency-key']));
      const asked = JSON.parse(Buffer.concat(parts).toString()) as { parameters: { usage: unknown } };
      response.end(JSON.stringify({ echo: asked, usage: asked.parameters.usage }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await registerEchoModel(system, 'async', { warmupSeconds: 0 });
  await registerEchoModel(system, 'realtime', { warmupSeconds: 0, driver: 'sagemaker-realtime' });
  const events = await listen(system.servers.databaseUrl, () => {});
  const models = openModels(system.ledger, events);
  await models.create(
    {
      modelId: 'http',
      name: 'http',
      displayName: 'http',
      category: 'test',
      providerType: 'external',
      deployment: {
        driver: 'http',
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        maxConcurrentInvocationsPerInstance: 8,
      },
      licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
    },
    SYSTEM,
  );
  models.stop();
  await events.stop();
  const parameters = [
    { name: 'text', type: 'string' },
    { name: 'usage', type: 'object' },
  ];
  for (const driver of DRIVERS)
    await publishWorkflow(system, driver, [{ id: 'only', model: driver }], { parameters });
});
afterAll(async () => {
  await system.stop();
  server.close();
});

interface Case {
  driver: (typeof DRIVERS)[number];
  price: Record<string, unknown>;
  units?: Record<string, number>;
  usage: Record<string, unknown>;
  characters: number;
}

const amount = fc.oneof(
  fc.constantFrom('0', '0.01', '999999999999', '1e300', 1e308, -1, 'a lot', null, LARGEST),
  fc.double({ min: 0, noNaN: true }),
  fc.bigInt({ min: 0n }).map(String),
);
const anyCase: fc.Arbitrary<Case> = fc.record({
  driver: fc.constantFrom(...DRIVERS),
  price: fc.record({
    hourlyRate: amount,
    perRequest: amount,
    markup: amount,
    perAOver0: amount,
  }),
  units: fc.constantFrom({}, { a: 7 }, { a: 1e300 }),
  usage: fc.record(
    {
      computeSeconds: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
      tokens: fc.oneof(fc.integer(), fc.string({ maxLength: 5_000 })),
    },
    { requiredKeys: [] },
  ),
  characters: fc.nat(2 * ANSWER_BYTES),
});

/** Known hard cases, beside the random ones. */
const HARD: Case[] = DRIVERS.flatMap((driver) => [
  { driver, price: { hourlyRate: '0', perRequest: '999999999999', markup: '0' }, usage: {}, characters: 0 },
  {
    driver,
    price: { hourlyRate: '1', perRequest: '0', markup: '0' },
    usage: {},
    characters: 2 * ANSWER_BYTES,
  },
  { driver, price: { hourlyRate: 'a lot' }, usage: { computeSeconds: 1 }, characters: 0 },
]);

test('every answer is paid for and invoked once, and its attempt has an outcome', async () => {
  const cases = [...HARD, ...fc.sample(anyCase, 30)];
  const ids = new Map<string, Case>();
  for (const one of cases) {
    const parameters = { text: 'x'.repeat(one.characters), usage: one.usage };
    const id = await submit(system, one.driver, parameters);
    await system.owner.query(
      `update workflow_executions set model_snapshots = jsonb_set(model_snapshots, array[$2, $3], $4),
         units = jsonb_build_object($2::text, $5::jsonb)
       where id = $1`,
      [id, one.driver, 'pricing', JSON.stringify(one.price), JSON.stringify(one.units ?? {})],
    );
    ids.set(id, one);
  }
  await system.open(['workers']);
  await untilAllEnded(system, 60_000);

  const { rows } = await system.owner.query<{
    executionId: string;
    invocationId: string;
    status: string;
    code: string | null;
    cost: string;
    usage: Record<string, unknown>;
  }>(
    `select workflow_execution_id as "executionId", invocation_id as "invocationId", status, error_code as code,
       cost_usd::text as cost, usage from task_attempts`,
  );
  expect(rows).toHaveLength(cases.length);
  for (const { executionId, status, code, cost, usage } of rows) {
    const { characters, price, usage: said } = ids.get(executionId) as Case;
    // An echo says the usage twice, within a few words of its own.
    const most = characters + 2 * Buffer.byteLength(JSON.stringify(said)) + 500;
    const why = JSON.stringify({ ...ids.get(executionId), status, code, cost, usage });
    if (characters > ANSWER_BYTES) expect([status, code], why).toEqual(['failed', 'answer_too_large']);
    else if (most <= ANSWER_BYTES) expect([status, code], why).toEqual(['succeeded', null]);
    else expect([null, 'answer_too_large'], why).toContain(code);
    if (price.perRequest === '999999999999' && price.markup === '0')
      expect([cost, usage.costFlaw], why).toEqual([LARGEST, 'largest']);
    if (price.hourlyRate === 'a lot') expect(usage.costFlaw, why).toBe('unknown');
  }
  const received = [...system.standIn.ledger().invocations.map(({ id }) => id), ...overHttp];
  expect(received.sort()).toEqual(rows.map(({ invocationId }) => invocationId).sort());
  expect(Number((await sums()).spent)).toBeGreaterThan(3 * Number(LARGEST));
  await expectInvariants(system);
  await expectAuthorised(system);
}, 120_000);

const sums = async () =>
  (await system.owner.query<{ spent: string }>('select sum(spent_usd)::text as spent from tenant_months'))
    .rows[0] as { spent: string };
