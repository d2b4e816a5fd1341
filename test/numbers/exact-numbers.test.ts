/** Numbers from the request to the endpoint and back stay exactly as written, or are refused with the place. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { least } from '../models/catalogue-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow } from '../harness/fixtures.js';

let system: TestSystem;
let server: Server;
let answer = '';
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(body);
      response.end(answer);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  system = await startTestSystem();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const made = await system.ask(
    'POST',
    '/v1/models',
    least('outside', {
      providerType: 'external',
      deployment: { driver: 'http', url },
      pricing: { perRequest: '0.5', markup: '0' },
      licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
    }),
  );
  expect(made.status).toBe(201);
  await publishWorkflow(system, 'ask', [{ id: 'only', model: 'outside', input: { seed: 'params.seed' } }], {
    retries: 0,
    parameters: [{ name: 'seed', type: 'string' }],
  });
  await publishWorkflow(
    system,
    'numbers',
    [{ id: 'only', model: 'outside', input: { seed: 'params.seed' } }],
    {
      retries: 0,
      parameters: [{ name: 'seed', type: 'number' }],
    },
  );
});
afterAll(async () => {
  await system.stop();
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

const send = async (path: string, body: string, headers: Record<string, string> = {}) => {
  const response = await system.ask('POST', path, body, headers);
  return {
    status: response.status,
    body: (await response.json()) as { id: string; errors?: { path: string }[] },
  };
};
const run = async (workflow: string, seed: string) => {
  const { status, body } = await send(
    `/v1/workflows/${workflow}/executions`,
    `{"parameters":{"seed":${seed}}}`,
  );
  expect(status).toBe(202);
  return body.id;
};
const ended = async (id: string) => {
  const read = async () => {
    const response = await system.ask('GET', `/v1/executions/${id}`);
    return (await response.json()) as {
      status: string;
      error: { message: string };
      cost: { actualUsd: string };
    };
  };
  await expect.poll(async () => (await read()).status, { timeout: 30_000 }).toMatch(/succeeded|failed/);
  return read();
};

describe('a request', () => {
  test.each([
    ['/v1/workflows/numbers/executions', '{"parameters":{"seed":9007199254740993}}', 'parameters.seed'],
    ['/v1/workflows/numbers/executions', '{"parameters":{"seed":1e999}}', 'parameters.seed'],
    ['/v1/workflows/numbers/quote', '{"parameters":{"seed":12345678901234567891}}', 'parameters.seed'],
    [
      '/v1/workflows/validate',
      '{"workflowId":"w","defaultParameters":{"list":[1,{"x":9007199254740993}]}}',
      'defaultParameters.list.1.x',
    ],
    ['/v1/models', '{"modelId":"m","architecture":{"layers":1e400}}', 'architecture.layers'],
  ])('%s %s is refused with the place', async (path, body, place) => {
    const refused = await send(path, body);
    expect({ status: refused.status, errors: refused.body.errors }).toMatchObject({
      status: 422,
      errors: [{ path: place }],
    });
  });

  test('seeds that differ beyond 2^53 never share an idempotency key', async () => {
    const headers = { 'idempotency-key': 'seed' };
    for (const seed of ['9007199254740993', '9007199254740992.0', '9007199254740992']) {
      const { status, body } = await send(
        '/v1/workflows/numbers/executions',
        `{"parameters":{"seed":${seed}}}`,
        headers,
      );
      expect([seed, status]).toEqual([seed, seed.endsWith('3') ? 422 : 202]);
      // Wait for it, so that the next test does not receive its request.
      if (status === 202) await ended(body.id);
    }
  });

  test.each(['{', '', '{"a":01}', '[1,]', '\u{feff}{'])('%j is not JSON', async (body) => {
    const response = await system.ask('POST', '/v1/workflows/numbers/executions', body);
    expect([400, 422]).toContain(response.status);
  });
});

test.each([
  ['numbers', '-9007199254740991'],
  ['numbers', '1152921504606847000'],
  ['numbers', '0.1'],
  ['numbers', '6.02214076e+23'],
  ['ask', '"12345678901234567891"'],
])('%s: %s reaches the endpoint, and its answer comes back, as written', async (workflow, seed) => {
  answer = `{"seed":${seed}}`;
  asked.length = 0;
  const id = await run(workflow, seed);
  expect(await ended(id)).toMatchObject({ status: 'succeeded' });
  expect(asked).toEqual([`{"seed":${seed}}`]);
  const task = await (await system.ask('GET', `/v1/executions/${id}/tasks/only`)).text();
  expect(task).toContain(`"output":{"seed":${seed}}`);
});

test.each([
  ['{"a":[{"seed":9007199254740993}]}', 'a.0.seed'],
  ['{"score":1e999}', 'score'],
])('the answer %s fails its task once, with the place, and is paid', async (text, place) => {
  answer = text;
  asked.length = 0;
  const outcome = await ended(await run('numbers', '1'));
  expect(outcome).toMatchObject({ status: 'failed', cost: { actualUsd: '0.50' } });
  expect(outcome.error.message).toContain(`${place} is `);
  expect(asked).toHaveLength(1);
});

test("an answer's usage report that no row can hold is left out", async () => {
  answer = '{"text":"hi","usage":{"startedAtNs":1719439200123456789,"computeSeconds":2}}';
  const id = await run('numbers', '1');
  expect(await ended(id)).toMatchObject({ status: 'succeeded' });
  const task = (await (await system.ask('GET', `/v1/executions/${id}/tasks/only`)).json()) as {
    attempts: { usage: object }[];
  };
  expect(task.attempts[0]?.usage).toEqual({ computeSeconds: 2 });
});
