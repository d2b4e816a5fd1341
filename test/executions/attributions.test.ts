/** Promise: an output states the licence terms under which it was made, as they were at that time. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

interface Shown {
  models: {
    modelId: string;
    taskIds: string[];
    licenses: { spdx: string }[];
    dependencies: { name: string }[];
  }[];
  shareAlike: { component: string; spdx: string }[];
}

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  for (const model of ['fold', 'rank', 'unused']) await registerEchoModel(system, model);
  await asSystem(
    `insert into model_dependencies (model_id, dependency_type, dependency_name, dependency_license)
     select id, 'database', 'BFD', 'CC-BY-SA-4.0' from ai_models where model_id = 'fold';
     update model_licenses set license_spdx = 'CC-BY-4.0', attribution_required = true, attribution_text = 'Jumper et al., 2021'
     where model_id = (select id from ai_models where model_id = 'fold')`,
  );
  await publishWorkflow(system, 'two', [
    { id: 'check', type: 'validation' },
    { id: 'predict', model: 'fold', after: ['check'] },
    { id: 'order', model: 'rank', after: ['predict'] },
    { id: 'never', model: 'unused', after: ['check'], condition: 'false' },
  ]);
});
afterAll(() => system.stop());

const asSystem = (sql: string) =>
  system.owner.query(`begin; select set_config('radiant.actor_type', 'system', true); ${sql}; commit`);
const read = async (id: string) =>
  (await (await system.ask('GET', `/v1/executions/${id}/attributions`)).json()) as Shown;
const finished = async (id: string) =>
  expect
    .poll(async () => (await system.ask('GET', `/v1/executions/${id}`)).json(), { timeout: 30_000 })
    .toMatchObject({ status: 'succeeded' });

test('attributions list the models that ran, with the terms of that time, as JSON and as a file', async () => {
  const id = await submit(system, 'two');
  await finished(id);
  const shown = await read(id);
  expect(shown).toMatchObject({
    executionId: id,
    workflowId: 'two',
    models: [
      {
        modelId: 'fold',
        taskIds: ['predict'],
        licenses: [{ type: 'code', spdx: 'CC-BY-4.0', attributionText: 'Jumper et al., 2021' }],
        dependencies: [{ name: 'BFD', license: 'CC-BY-SA-4.0', shareAlike: true }],
      },
      { modelId: 'rank', taskIds: ['order'] },
    ],
    shareAlike: [{ modelId: 'fold', component: 'BFD', spdx: 'CC-BY-SA-4.0' }],
  });
  expect(JSON.stringify(shown)).not.toMatch(/deployment|RADIANT|complianceStatus/);

  await asSystem(
    `update model_licenses set license_spdx = 'GPL-3.0'; delete from model_dependencies where dependency_name = 'BFD'`,
  );
  expect(await read(id)).toEqual(shown);

  const asked = [
    await system.ask('GET', `/v1/executions/${id}/attributions?format=notice`),
    await system.ask('GET', `/v1/executions/${id}/attributions`, undefined, { accept: 'text/plain' }),
  ];
  for (const response of asked) {
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('content-disposition')).toContain('NOTICE.txt');
    const text = await response.text();
    expect(text).toMatch(
      /^NOTICE\n[\s\S]*fold \(fold\)\nTasks: predict\n\ncode: CC-BY-4.0\n {2}Jumper et al., 2021\n/,
    );
    expect(text).not.toContain('unused');
  }
});

test("a result reused from an earlier execution keeps that execution's terms", async () => {
  const first = await submit(system, 'two');
  await finished(first);
  await asSystem(`update model_licenses set license_spdx = 'Apache-2.0'`);
  await expect
    .poll(async () => JSON.stringify(await (await system.ask('GET', '/v1/models/rank')).json()), {
      timeout: 10_000,
    })
    .toContain('Apache-2.0');
  const response = await system.ask('POST', `/v1/executions/${first}/rerun`, { from: 'order' });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  await finished(id);
  const terms = (await read(id)).models.map(({ modelId, licenses }) => [modelId, licenses[0]?.spdx]);
  expect(terms).toEqual([
    ['fold', 'GPL-3.0'],
    ['rank', 'Apache-2.0'],
  ]);
});

test('an execution without results of models has no attributions', async () => {
  const id = await submit(system, 'two');
  await system.ask('POST', `/v1/executions/${id}/cancel`);
  expect(await read(id)).toMatchObject({ models: expect.any(Array), shareAlike: expect.any(Array) });
  const authorization = `Bearer ${await system.keyFor('acme')}`;
  const foreign = await system.ask('GET', `/v1/executions/${id}/attributions`, undefined, { authorization });
  expect(foreign.status).toBe(404);
});
