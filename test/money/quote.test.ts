/** Quotes beside the cost paid on the stand-in: without data, from published times, from history. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { traitsOf } from '../../src/core/money/parameter-influence.js';
import { addUsd, compareUsd } from '../../src/core/money/money.js';
import { readHistory } from '../../src/store/money/durations.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await registerEchoModel(system, 'echo', { seconds: 20 });
  await publishWorkflow(
    system,
    'quoted',
    [
      { id: 'a', model: 'echo' },
      { id: 'b', model: 'echo', after: ['a'], condition: 'params.more' },
      { id: 'c', model: 'echo', after: ['a'], condition: 'tasks.a.output.echo.task == "a"' },
    ],
    {
      parameters: [
        { name: 'more', type: 'boolean', default: true },
        { name: 'size', type: 'integer', default: 100 },
      ],
    },
  );
});
afterAll(() => system.stop());

interface Quote {
  id: string;
  cost: { lowUsd: string; likelyUsd: string; highUsd: string } | null;
  parts: {
    taskId: string;
    conditional: boolean;
    totalUsd: string | null;
    basis: string;
    runs: number;
    seconds: unknown;
  }[];
  startsAt: { likely: string } | null;
  endsAt: { low: string; likely: string; high: string } | null;
  assumes: string[];
  warnings: string[];
  licenses: { spdx: string }[];
  confidence: { basis: string; runs: number; words: string };
  budget: { limitUsd: string | null; fits: boolean; reservesUsd: string };
}

async function quote(parameters: object = {}, url = system.url): Promise<Quote> {
  const response = await fetch(`${url}/v1/workflows/quoted/quote`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ parameters }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Quote;
}

/** Low, likely and high in order, and likely the sum of the parts. */
function expectSound({ cost, parts, endsAt }: Quote): void {
  if (!cost || !endsAt) throw new Error('Nothing is quoted.');
  expect([compareUsd(cost.lowUsd, cost.likelyUsd), compareUsd(cost.likelyUsd, cost.highUsd)]).not.toContain(
    1,
  );
  expect(compareUsd(addUsd(...parts.map(({ totalUsd }) => totalUsd ?? '0')), cost.likelyUsd)).toBe(0);
  expect([endsAt.low, endsAt.likely, endsAt.high].toSorted()).toEqual([
    endsAt.low,
    endsAt.likely,
    endsAt.high,
  ]);
}

test('without history and published times the quote says so, and writes nothing', async () => {
  const answer = await quote();
  expect(answer).toMatchObject({
    cost: null,
    startsAt: { likely: expect.any(String) },
    endsAt: null,
    licenses: [{ spdx: 'MIT' }],
    confidence: {
      basis: 'none',
      runs: 0,
      words: 'Unknown: there is no history, and the models publish no times.',
    },
    budget: { limitUsd: null, fits: true, reservesUsd: '0.00' },
  });
  expect(answer.assumes).toContain('The duration of a is unknown.');
  expect(answer.assumes).toContain('echo is warm after 1 s.');
  expect((await system.owner.query('select id from workflow_executions')).rows).toEqual([]);
});

test('published times price the requested size', async () => {
  await system.ledger.as(SYSTEM, (session) =>
    session.query(
      `update ai_models set performance_metrics = '{"inferenceTime100Residues": 10}',
         pricing_config = pricing_config || '{"units": {"residue": "params.size"}}' where model_id = 'echo'`,
    ),
  );
  await expect
    .poll(async () => (await quote()).confidence.basis, { timeout: 10_000 })
    .toBe('performance_metrics');
  const [small, large] = [await quote(), await quote({ size: 200 })];
  expectSound(small);
  expectSound(large);
  expect(small.parts.map(({ taskId, conditional }) => [taskId, conditional])).toEqual([
    ['a', false],
    ['b', false],
    ['c', true],
  ]);
  expect(small.parts[0]?.seconds).toEqual({ low: 5, likely: 10, high: 20 });
  expect(large.parts[0]?.seconds).toEqual({ low: 10, likely: 20, high: 40 });
  expect((await quote({ more: false })).parts.map(({ taskId }) => taskId)).toEqual(['a', 'c']);
});

test('with history the cost of the next run lies within the range, and equals the likely value', async () => {
  await Promise.all(Array.from({ length: 6 }, () => submit(system, 'quoted')));
  await untilAllEnded(system);
  // History is cached: an api that has just started reads all of it.
  const fresh = await system.open(['api']);
  const answer = await quote({}, fresh.url);
  expectSound(answer);
  expect(answer.confidence).toMatchObject({
    basis: 'history',
    runs: 6,
    words: expect.stringContaining('of the same size'),
  });
  expect(answer.assumes).toContain('Whether c runs depends on earlier results: the low end leaves it out.');

  const response = await fetch(`${fresh.url}/v1/workflows/quoted/executions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.key}`, 'content-type': 'application/json' },
    body: '{"parameters":{}}',
  });
  const accepted = (await response.json()) as {
    id: string;
    cost: { estimatedUsd: string; reservedUsd: string };
  };
  expect(accepted.cost).toMatchObject({
    estimatedUsd: answer.cost?.likelyUsd,
    reservedUsd: answer.cost?.highUsd,
  });
  await untilAllEnded(system);
  const { cost } = (await (await system.ask('GET', `/v1/executions/${accepted.id}`)).json()) as {
    cost: { actualUsd: string; reservedUsd: string };
  };
  expect(cost).toMatchObject({ actualUsd: answer.cost?.likelyUsd, reservedUsd: '0.00' });

  // Another size: those six runs, scaled by the published times and widened.
  const larger = await quote({ size: 200 }, fresh.url);
  expectSound(larger);
  expect(larger.parts[0]).toMatchObject({ basis: 'history', seconds: { low: 26.667, likely: 40, high: 60 } });
});

test('a quote by newer runs than a process remembers is accepted there', async () => {
  const { cost: remembered } = await quote();
  await system.owner.query(
    `update task_attempts set usage = jsonb_set(usage, '{computeSeconds}', to_jsonb((usage ->> 'computeSeconds')::numeric / 4))`,
  );
  const fresh = await system.open(['api']);
  const { id, cost } = await quote({}, fresh.url);
  expect(compareUsd(cost?.highUsd ?? '', remembered?.likelyUsd ?? '')).toBe(-1);
  expect((await quote()).cost).toEqual(remembered);
  await submit(system, 'quoted', {}, { quoteId: id });
  await untilAllEnded(system);
});

test('the ledger stores the parameters that the next quote compares', async () => {
  const types = {
    more: 'boolean',
    size: 'integer',
    mode: 'string',
    list: 'array',
    deep: 'object',
    text: 'string',
  };
  const given = { more: true, size: 7, mode: 'fast', list: [1, 2], deep: { a: 1 }, text: 'x'.repeat(41) };
  await publishWorkflow(system, 'traits', [{ id: 'a', model: 'echo' }], {
    parameters: Object.entries(types).map(([name, type]) => ({ name, type })),
  });
  await submit(system, 'traits', given);
  await untilAllEnded(system);
  const [workflow] = (
    await system.owner.query<{ id: string }>(
      `select id from workflow_definitions where workflow_id = 'traits'`,
    )
  ).rows;
  const history = await readHistory(system.ledger, workflow?.id ?? '');
  expect(history.get('a')).toMatchObject([{ traits: traitsOf(given) }]);
});

test('an absurd price is refused with the parameter that causes it', async () => {
  for (const path of ['quote', 'executions']) {
    const response = await system.ask(
      'POST',
      `/v1/workflows/quoted/${path}`,
      '{"parameters":{"size":1e308}}',
    );
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 422,
      body: { code: 'invalid_parameters', errors: [{ path: 'parameters.size' }] },
    });
  }
});

test('a quote lists what prevents the start: a pin, and the brake on scale-out', async () => {
  const say = async (path: string, method: string, body: object) =>
    expect((await system.ask(method, path, body)).status).toBe(200);
  await registerEchoModel(system, 'cold');
  await publishWorkflow(system, 'chilly', [{ id: 'only', model: 'cold' }]);
  const readQuote = async () =>
    (await (await system.ask('POST', '/v1/workflows/chilly/quote', { parameters: {} })).json()) as Quote;
  expect(await readQuote()).toMatchObject({ startsAt: { likely: expect.any(String) }, warnings: [] });

  await say('/v1/models/cold/thermal', 'POST', { desired: 'off', reason: 'repairs' });
  expect(await readQuote()).toMatchObject({
    startsAt: null,
    warnings: ['cold is pinned off: its tasks do not start until the pin is removed.'],
  });
  await say('/v1/models/cold/thermal', 'POST', { desired: 'auto' });

  const until = '2100-01-01T00:00:00.000Z';
  const brakes = (scaleOut: object) =>
    say('/v1/thermal/brakes', 'PUT', { scaleIn: { paused: false }, scaleOut });
  await brakes({ paused: true, reason: 'costs', until });
  const held = await readQuote();
  expect(held.warnings).toEqual([`Scale-out is paused: cold is not warmed until ${until}.`]);
  expect(Date.parse(held.startsAt?.likely ?? '')).toBeGreaterThan(Date.parse(until));
  await brakes({ paused: false });
  expect((await readQuote()).warnings).toEqual([]);
});
