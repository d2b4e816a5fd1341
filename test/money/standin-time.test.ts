/** With a stand-in that runs faster than real time, times, prices, bills and quotes use one clock: ours. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';

const SPEED = 20;
let system: TestSystem;
let url: string;
beforeAll(async () => {
  system = await startTestSystem({ services: ['scheduler', 'workers'], speed: SPEED });
  const beside = { standInUrl: system.standIn.url, standInSpeed: SPEED, thermalTickMs: 100 };
  ({ url = '' } = await system.open(['api', 'thermal'], { ...beside, billSource: 'standin' }));
});
afterAll(() => system.stop());

interface Answer {
  cost: { likelyUsd: string };
  endsAt: { likely: string };
  standInSpeed: number | null;
}
const ask = async (path: string, body?: unknown, from = url) => {
  const response = await fetch(`${from}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${system.key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
};

test('a first quote converts published times to our clock', async () => {
  const sequence = 'MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHF';
  const plain = await system.open(['api']);
  const quoteOf = async (from: string) => {
    const path = '/v1/workflows/protein_folding_alphafold2/quote';
    const { body } = await ask(path, { parameters: { sequence } }, from);
    return {
      price: Number(body.cost.likelyUsd),
      seconds: (Date.parse(body.endsAt.likely) - Date.now()) / 1000,
    };
  };
  const [life, here] = [await quoteOf(plain.url ?? ''), await quoteOf(url)];
  expect(here.price).toBeLessThan(life.price);
  expect(here.seconds).toBeLessThan(life.seconds / (SPEED / 2));
});

test('metered, charged and paid seconds are the same', async () => {
  await registerEchoModel(system, 'm', { seconds: 30, warmupSeconds: 20, idleMinutes: 0.02 });
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
  expect((await ask('/v1/workflows/one/executions', { parameters: {} })).status).toBe(202);
  await untilAllEnded(system);
  const rows = async <Row extends object>(sql: string) => system.ledger.query<Row>(sql);
  const off = `select 1 from ai_models where model_id = 'm' and current_thermal_state = 'OFF'`;
  await expect.poll(async () => (await rows(off)).length, { timeout: 20_000 }).toBe(1);
  const [attempt] = await rows<{ paid: number; worked: number }>(
    `select (usage ->> 'computeSeconds')::float8 as paid, extract(epoch from ended_at - started_at)::float8 as worked from task_attempts`,
  );
  expect(attempt?.paid).toBe(30 / SPEED);
  expect(attempt?.worked).toBeGreaterThanOrEqual(30 / SPEED);
  const [metered] = await rows<{ seconds: number }>(
    `select sum(extract(epoch from s.to_at - s.from_at) * s.instances)::float8 as seconds
     from instance_spans s join ai_models m on m.id = s.model_id where m.model_id = 'm'`,
  );
  const charged = system.standIn
    .ledger()
    .endpoints.find(({ endpointName }) => endpointName === 'radiant-test-m');
  // Within an observation or two on a busy machine: it used to be twenty times as much.
  expect((charged?.instanceSeconds ?? 0) / (metered?.seconds ?? 0)).toBeGreaterThan(0.4);
  expect((charged?.instanceSeconds ?? 0) / (metered?.seconds ?? 0)).toBeLessThan(2.5);
});

test('pages show which clock they use', async () => {
  const speedAt = async (from: string) =>
    (await ask('/v1/session', { key: system.key }, from)).body.standInSpeed;
  expect(await speedAt(url)).toBe(SPEED);
  expect(await speedAt((await system.open(['api'])).url ?? '')).toBeNull();
});
