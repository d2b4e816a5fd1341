/** Promise: an execution has a name by which those who may see its contents find, list and download it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { openPeopleHarness } from '../people/people-harness.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';

let system: TestSystem;
let user: string;
let operator: string;
let stranger: string;

beforeAll(async () => {
  system = await startTestSystem();
  await registerEchoModel(system, 'echo');
  user = await system.keyFor('acme');
  stranger = await system.keyFor('globex');
  operator = (await openPeopleHarness(system).inTenant('run', 'tenant_user', 'operator')).key;
  await publishWorkflow(
    system,
    'fold',
    [
      {
        id: 'write',
        model: 'echo',
        input: {
          structure: {
            $file: { name: '"model.pdb"', mediaType: '"chemical/x-pdb"', encoding: '"utf8"', data: '"ATOM"' },
          },
        },
      },
    ],
    { parameters: [{ name: 'sequence', type: 'fasta' }] },
  );
  const patched = await system.ask('PATCH', '/v1/workflows/fold', {
    title: 'params.?label.orValue("")',
    defaultParameters: { label: '' },
  });
  expect(patched.status, await patched.clone().text()).toBe(200);
});
afterAll(() => system.stop());

const ask = (key: string, method: string, path: string, body?: unknown) =>
  system.ask(method, path, body, { authorization: `Bearer ${key}` });
async function begin(body: object): Promise<{ id: string; name: string | null }> {
  const response = await ask(user, 'POST', '/v1/workflows/fold/executions', body);
  expect(response.status, await response.clone().text()).toBe(202);
  return (await response.json()) as { id: string; name: string | null };
}
const HBA = '>sp|P69905|HBA_HUMAN Hemoglobin\nMVLSPADKTNVKAAW';

describe('its name is', () => {
  test.each([
    [
      'the one that the caller gives',
      { name: 'My fold', parameters: { sequence: HBA, label: 'titled' } },
      'My fold',
    ],
    ["the workflow's title", { parameters: { sequence: HBA, label: 'titled' } }, 'titled'],
    ['the header of its FASTA record', { parameters: { sequence: HBA } }, 'sp|P69905|HBA_HUMAN Hemoglobin'],
    ['nothing', { parameters: { sequence: 'MVLSPADKTNVKAAW' } }, null],
  ])('%s', async (_, body, name) => {
    const { id, name: accepted } = await begin(body);
    expect(accepted).toBe(name);
    expect(await (await ask(user, 'GET', `/v1/executions/${id}`)).json()).toMatchObject({ name });
  });

  test('not made from a title that reads values not known yet', async () => {
    const response = await system.ask('PATCH', '/v1/workflows/fold', { title: 'tasks.write.output.x' });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ path: 'title' }] });
  });

  test('a rerun keeps the name, unless it is given another', async () => {
    const { id } = await begin({ name: 'First of two', parameters: { sequence: HBA } });
    await ask(user, 'POST', `/v1/executions/${id}/cancel`);
    const again = await ask(user, 'POST', `/v1/executions/${id}/rerun`);
    expect(await again.json()).toMatchObject({ name: 'First of two' });
    const renamed = await ask(user, 'POST', `/v1/executions/${id}/rerun`, { name: 'Second' });
    expect(await renamed.json()).toMatchObject({ name: 'Second' });
  });
});

describe('it is found', () => {
  const found = async (key: string, q: string) => {
    const all = await ask(key, 'GET', `/v1/search?q=${encodeURIComponent(q)}`);
    const listed = await ask(key, 'GET', `/v1/executions?q=${encodeURIComponent(q)}`);
    return {
      searched: ((await all.json()) as { items: { id: string }[] }).items.map(({ id }) => id),
      listed: ((await listed.json()) as { items: { id: string }[] }).items.map(({ id }) => id),
    };
  };

  test.each(['rare', 'myoglobin ra', 'MYOGLOBIN', 'globin-of whale', 'rare | !'])('by %s', async (q) => {
    const { id } = await begin({ name: `Rare myoglobin-globin of whale`, parameters: { sequence: HBA } });
    for (const place of Object.values(await found(user, q))) expect(place).toContain(id);
    // Neither another tenant nor a user who may not see payloads finds it.
    for (const key of [stranger, operator])
      for (const place of Object.values(await found(key, q))) expect(place).not.toContain(id);
    expect(await (await ask(operator, 'GET', `/v1/executions/${id}`)).json()).toMatchObject({ name: null });
  });

  test.each(['!', '&|', "'", '\\', '):*', '  :  '])(
    'and %j is a query that the ledger accepts',
    async (q) => {
      for (const path of ['/v1/search', '/v1/executions']) {
        const response = await ask(user, 'GET', `${path}?q=${encodeURIComponent(q)}`);
        expect(response.status).toBeLessThan(500);
      }
    },
  );
});

test('its files carry the name, and all of them come as one zip', async () => {
  const { id } = await begin({ name: 'Human HBA', parameters: { sequence: HBA } });
  await expect
    .poll(
      async () =>
        ((await (await ask(user, 'GET', `/v1/executions/${id}`)).json()) as { status: string }).status,
    )
    .toBe('succeeded');
  const file = await ask(user, 'GET', `/v1/executions/${id}/artifacts/model.pdb`);
  expect(file.headers.get('content-disposition')).toBe(
    'attachment; filename="synthetic_Human_HBA_model.pdb"',
  );
  const archive = await ask(user, 'GET', `/v1/executions/${id}/archive`);
  expect(archive.headers.get('content-disposition')).toContain(`synthetic_Human_HBA_${id.slice(0, 8)}.zip`);
  const bytes = Buffer.from(await archive.arrayBuffer());
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  for (const name of ['NOTICE.txt', 'output.json', 'write/model.pdb'])
    expect(bytes.includes(name), name).toBe(true);
  expect((await ask(stranger, 'GET', `/v1/executions/${id}/archive`)).status).toBe(404);
  expect((await ask(operator, 'GET', `/v1/executions/${id}/archive`)).status).toBe(403);
});
