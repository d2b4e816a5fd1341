/** Pages and lists: pages load only files that we serve, the board follows the models, and lists come in pages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
});
afterAll(() => system.stop());

test('pages load only files that we serve, and Prometheus finds the metrics', async () => {
  await system.ask('GET', '/v1/executions/00000000-0000-4000-8000-000000000000');
  for (const [path, type, says] of [
    ['/', 'text/html', '<div id="root"></div>'],
    ['/docs', 'text/html', '/docs/start.js'],
    ['/docs/start.js', 'text/javascript', '/openapi.json'],
    ['/docs/swagger-ui.css', 'text/css', '.swagger-ui'],
    ['/metrics', 'text/plain', 'radiant_executions{status="running"} 0'],
    ['/metrics', 'text/plain', 'radiant_model_slots{model="alphafold2",state="taken"} 0'],
    ['/metrics', 'text/plain', 'route="/v1/executions/:id"'],
  ] as const) {
    const response = await fetch(`${system.url}${path}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining(type),
    ]);
    expect(await response.text()).toContain(says);
    expect(response.headers.get('content-security-policy')).toMatch("default-src 'none'");
    expect(response.headers.get('content-security-policy')).not.toMatch(/https?:|unsafe/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

describe('the board', () => {
  const names = async () => {
    const response = await system.ask('GET', '/queues/api/queues');
    const { queues } = (await response.json()) as { queues: { name: string; readOnlyMode: boolean }[] };
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    return queues.map(({ name }) => name);
  };

  test('its queues appear and disappear with the models', async () => {
    await expect.poll(names).toEqual(['executions', 'tasks', 'model.alphafold2']);
    await registerEchoModel(system, 'echo');
    await expect.poll(names).toContain('model.echo');
    await system.ledger.as(SYSTEM, (session) =>
      session.query("update ai_models set enabled = false, status = 'disabled' where model_id = 'echo'"),
    );
    await expect.poll(names).not.toContain('model.echo');
  });

  test('it allows no changes', async () => {
    for (const path of [
      '/queues/api/queues/pause',
      '/queues/api/queues/tasks/clean/completed',
      '/queues/api/queues/tasks/concurrency',
    ]) {
      expect((await system.ask('PUT', path, {})).status).toBe(405);
    }
  });
});

test('workflows come in pages', async () => {
  await publishWorkflow(system, 'small', [{ id: 'check', type: 'validation' }]);
  const first = (await (await system.ask('GET', '/v1/workflows?limit=1')).json()) as {
    items: { id: string }[];
    nextCursor: string;
  };
  const second = (await (
    await system.ask('GET', `/v1/workflows?limit=1&cursor=${first.nextCursor}`)
  ).json()) as typeof first;
  expect([...first.items, ...second.items].map(({ id }) => id).toSorted()).toEqual([
    'protein_folding_alphafold2',
    'small',
  ]);
  expect(second.nextCursor).toBeNull();
});
