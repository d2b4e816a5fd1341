/** A model that cannot start says why, since when and until when, is not asked for ever, and ends. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { readHeat } from '../../src/store/thermal/heat.js';
import { startTestSystem, type TestSystem, type TestSystemOptions } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { openSecondProcess } from '../harness/second-process.js';

let system: TestSystem;
const after: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of after.splice(0)) await close();
  await system.stop();
});
const open = async (config: TestSystemOptions['config'] = {}) => {
  system = await startTestSystem({ config: { thermalTickMs: 100, ...config } });
};

interface Waiting {
  reason: string;
  since: string;
  expectedStart: string | null;
  failsAt: string | null;
}
const read = async (id: string) =>
  (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as {
    status: string;
    error: { message: string } | null;
    waiting: Waiting | null;
    tasks: { error: { code: string; message: string } | null }[];
  };
const waits = async (id: string) => (await read(id)).waiting;
const heat = async (id: string) => (await readHeat(system.ledger)).find(({ modelId }) => modelId === id);
const set = (settings: object) =>
  fetch(`${system.standIn.url}/__standin/settings`, { method: 'POST', body: JSON.stringify(settings) });
const calls = (operation: string) =>
  system.standIn.ledger().calls.filter((call) => call.operation === operation).length;

/** A model that is woken by a URL, and a workflow of its own. */
async function addWokenModel(id: string, wakeUrl: string): Promise<void> {
  const side = await openSecondProcess(system);
  after.unshift(() => side.stop());
  await side.models.create(
    {
      modelId: id,
      name: id,
      displayName: id,
      category: 'test',
      providerType: 'external',
      deployment: { url: wakeUrl, wakeUrl, stopUrl: wakeUrl },
      licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
      thermal: { scaleToZeroAfterMinutes: 1, maxInstances: 1, warmupTimeSeconds: 60 },
    },
    SYSTEM,
  );
  await publishWorkflow(system, id, [{ id: 'only', model: id }]);
}

/** Answers GET /a/b with status a, and POST with status b. */
async function listen(): Promise<string> {
  const server = createServer((request, response) => {
    const [, get, post] = (request.url ?? '').split('/');
    const status = Number(request.method === 'GET' ? get : post);
    response
      .writeHead(status, { location: '/elsewhere' })
      .end(status === 200 && post === '0' ? '<html>' : '');
  }).listen(0, '127.0.0.1');
  after.push(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const HTTP: [name: string, path: string, reason: RegExp][] = [
  ['denied', '/401/200', /^The provider of denied has not been reachable .*Access was denied.* Next try in/],
  ['moved', '/301/200', /^The provider of moved has not been reachable .*redirect/],
  ['confused', '/400/200', /^The provider of confused has not been reachable .*refused the request/],
  ['a_page', '/200/0', /^The provider of a_page has not been reachable .*does not answer its wakeUrl/],
  ['dead', '', /^The provider of dead has not been reachable .*connection/],
  ['unwilling', '/404/403', /^unwilling could not be warmed: Access was denied.* Next try in/],
  ['deaf', '/502/200', /^Waiting for deaf to warm, about/],
];

test('a wake URL that gives no status is reported so, and asked ever less often', async () => {
  await open();
  const base = await listen();
  const ids = new Map<string, string>();
  for (const [name, path] of HTTP) {
    await addWokenModel(name, path === '' ? 'http://127.0.0.1:9/' : `${base}${path}`);
    ids.set(name, await submit(system, name));
  }
  for (const [name, , reason] of HTTP) {
    await expect
      .poll(async () => (await waits(ids.get(name) as string))?.reason, { message: name })
      .toMatch(reason);
    const waiting = (await waits(ids.get(name) as string)) as Waiting;
    expect(Date.parse(waiting.failsAt ?? '') - Date.parse(waiting.since), name).toBe(86_400_000);
  }
  await expect.poll(async () => (await heat('denied'))?.failures).toBeGreaterThan(3);
  expect(await heat('denied')).toMatchObject({
    heat: 'OFF',
    failure: expect.stringContaining('Access was denied'),
    unseenSince: expect.any(Date),
    retryAt: expect.any(Date),
  });
  expect(system.troubles.filter((line) => line.includes('"denied"'))).toHaveLength(1);
  expect(system.troubles.filter((line) => line.startsWith('thermal.reconcile_failed'))).toEqual([]);
  // Asked to wake at each reconciliation, and logged once: it says that it is off, whatever it was asked.
  const events = await system.ledger.query(
    `select from thermal_events e join ai_models m on m.id = e.model_id where m.model_id = 'deaf'`,
  );
  expect(events).toHaveLength(1);
  await system.ledger.query(
    `update model_heat set warming_since = ledger_now() - interval '1 hour' where model_id = (select id from ai_models where model_id = 'deaf')`,
  );
  await expect
    .poll(async () => (await waits(ids.get('deaf') as string))?.reason)
    .toMatch(/^deaf could not be warmed: warming for 60 min, it should take 60 s\. Next try in/);
});

test('a private address is refused in words', async () => {
  await open({ allowPrivateHosts: false });
  await addWokenModel('inside', 'https://127.0.0.1/');
  const id = await submit(system, 'inside');
  await expect
    .poll(async () => (await waits(id))?.reason)
    .toMatch(/^The provider of inside has not been reachable .*private/);
});

const AWS: [what: string, settings: object, reason: RegExp][] = [
  [
    'may not describe',
    { denied: ['sagemaker:DescribeEndpoint'] },
    /^The provider of m has not been reachable .*Access was denied/,
  ],
  ['may not create', { denied: ['sagemaker:CreateEndpoint'] }, /^m could not be warmed: Access was denied/],
  ['has no quota', { quotas: { 'ml.g5.12xlarge': 0 } }, /^m could not be warmed: .*service limit/],
];

test.each(AWS)('an account that %s says so, and continues once it may', async (_, settings, reason) => {
  await open();
  await set(settings);
  await registerEchoModel(system, 'm');
  await publishWorkflow(system, 'm', [{ id: 'only', model: 'm' }]);
  const id = await submit(system, 'm');
  await expect.poll(async () => (await waits(id))?.reason).toMatch(reason);
  const tried = calls('CreateEndpoint');
  await expect.poll(async () => (await heat('m'))?.failures).toBeGreaterThan(0);
  await set({ denied: [], quotas: { 'ml.g5.12xlarge': 9 } });
  await expect
    .poll(
      async () => {
        // Skips the pause: a reconciliation under way may begin another one.
        await system.ledger.query('update model_heat set retry_at = ledger_now() where failure is not null');
        return (await read(id)).status;
      },
      { timeout: 20_000 },
    )
    .toBe('succeeded');
  expect(calls('CreateEndpoint')).toBe(tried + 1);
  expect(await heat('m')).toMatchObject({ failure: null, unseenSince: null });
  // One line for this model; the seeded one has its own. The check of permissions at the start may have come after the denial.
  const reports = system.troubles.filter(
    (line) => /^thermal\.(?!permissions_missing)/.test(line) && !line.includes('alphafold2'),
  );
  expect(reports).toEqual([expect.any(String)]);
});

test('a task that cannot begin fails in the end, with the reason; a pause does not count', async () => {
  await open({ startWithinMs: 1_500 });
  await set({ denied: ['sagemaker:DescribeEndpoint'] });
  await registerEchoModel(system, 'm');
  await publishWorkflow(system, 'm', [{ id: 'only', model: 'm' }]);
  const [id, paused] = [await submit(system, 'm'), await submit(system, 'm')];
  await system.ask('POST', `/v1/executions/${paused}/pause`, {});
  await expect.poll(async () => (await read(id)).status, { timeout: 20_000 }).toBe('failed');
  expect((await read(id)).tasks[0]?.error).toMatchObject({
    code: 'not_started',
    message: expect.stringMatching(
      /^m has started no task for 2 s\. The provider of m has not been reachable .*Access was denied/,
    ),
  });
  expect((await read(paused)).status).toBe('paused');
  await set({ denied: [] });
  // The resume restarts its time: the model serves by then, however slow the machine is.
  await system.ask('POST', '/v1/models/m/thermal', { desired: 'on', reason: 'to be warm' });
  await expect.poll(async () => (await heat('m'))?.usableSlots, { timeout: 20_000 }).toBeGreaterThan(0);
  await system.ask('POST', `/v1/executions/${paused}/resume`, {});
  await expect.poll(async () => (await read(paused)).status, { timeout: 20_000 }).toBe('succeeded');
});

describe('a deleted model whose status cannot be read', () => {
  const remove = async (unseenMinutes: number, billed: number) => {
    await open();
    await addWokenModel('gone', 'http://127.0.0.1:9/');
    await expect.poll(async () => (await heat('gone'))?.unseenSince ?? null).not.toBeNull();
    const side = await openSecondProcess(system);
    await side.models.retire('gone', SYSTEM);
    await side.stop();
    await expect.poll(async () => (await heat('gone'))?.status).toBe('retiring');
    await system.ledger.query(
      `update model_heat set unseen_since = ledger_now() - $1 * interval '1 minute', billed_instances = $2`,
      [unseenMinutes, billed],
    );
  };

  test('is given up soon if nothing of it is known to be billed', async () => {
    await remove(11, 0);
    await expect.poll(async () => (await heat('gone')) ?? null, { timeout: 20_000 }).toBeNull();
    expect(system.troubles.filter((line) => line.startsWith('thermal.let_go'))).toHaveLength(1);
  });

  test('is asked for a day if something is', async () => {
    await remove(11, 1);
    const before = (await heat('gone'))?.failures ?? 0;
    await expect
      .poll(async () => (await heat('gone'))?.failures, { timeout: 20_000 })
      .toBeGreaterThan(before);
    expect((await heat('gone'))?.status).toBe('retiring');
  });
});
