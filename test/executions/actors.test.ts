/** Promise: the event, the page and the audit of an execution name who cancelled, paused, resumed or reran it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow } from '../harness/fixtures.js';

let system: TestSystem;
const keys: Record<string, string> = {};

beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await publishWorkflow(system, 'held', [{ id: 'a', type: 'wait', config: { wait: { seconds: 3600 } } }]);
  keys.user = await system.keyFor('acme');
  keys.administrator = system.key;
});
afterAll(() => system.stop());

const ask = async (who: string, method: string, path: string, body?: unknown) => {
  const response = await system.ask(method, path, body, { authorization: `Bearer ${keys[who]}` });
  return (await response.json()) as Record<string, unknown> & { id: string };
};
const begin = () => ask('user', 'POST', '/v1/workflows/held/executions', { parameters: {} });
const audited = (id: string) =>
  system.owner
    .query(
      `select action, actor_type, request_id is not null as of_request from orchestration_audit_log
       where entity_type = 'execution' and entity_id = $1 order by seq`,
      [id],
    )
    .then(({ rows }) => rows);
const namedOn = (id: string) =>
  system.owner
    .query(
      `select to_status, actor from execution_events where workflow_execution_id = $1 and actor is not null order by id`,
      [id],
    )
    .then(({ rows }) => rows);

const NAMES = { user: 'tenant_user@acme.test', administrator: 'an administrator' } as const;
const TYPES = { user: 'user', administrator: 'admin' } as const;

describe.each(['user', 'administrator'] as const)('by a %s', (who) => {
  test.each([false, true])('each action names its actor (in bulk: %s)', async (inBulk) => {
    const { id } = await begin();
    const act = (action: string) =>
      inBulk
        ? ask(who, 'POST', '/v1/executions/bulk', { action, ids: [id] })
        : ask(who, 'POST', `/v1/executions/${id}/${action}`);
    for (const action of ['pause', 'resume', 'cancel']) {
      await act(action);
      expect(await ask('user', 'GET', `/v1/executions/${id}`)).toMatchObject({
        lastAction: { action, by: NAMES[who] },
      });
    }
    const by = { actor_type: TYPES[who], of_request: true };
    expect(await audited(id)).toEqual([
      { action: 'paused', ...by },
      { action: 'resumed', ...by },
      { action: 'cancelled', ...by },
    ]);
    expect(await namedOn(id)).toEqual([
      { to_status: 'paused', actor: NAMES[who] },
      { to_status: 'pending', actor: NAMES[who] },
      { to_status: 'cancelled', actor: NAMES[who] },
    ]);
    // An action that changed nothing has no actor.
    await act('cancel');
    expect(await audited(id)).toHaveLength(3);
  });
});

test('a rerun names its actor, and the earlier execution names the rerun', async () => {
  const { id } = await begin();
  await ask('user', 'POST', `/v1/executions/${id}/cancel`);
  const again = await ask('user', 'POST', `/v1/executions/${id}/rerun`);
  const { rows } = await system.owner.query(
    `select g.new_state, u.email from orchestration_audit_log g join users u on u.id = g.actor_id
     where entity_id = $1 and action = 'rerun'`,
    [id],
  );
  expect(rows).toEqual([{ new_state: { rerun: again.id }, email: NAMES.user }]);
});

test("the engine's own actions have no actor", async () => {
  const { id } = await begin();
  expect(await ask('user', 'GET', `/v1/executions/${id}`)).toMatchObject({ lastAction: null });
  expect(await audited(id)).toEqual([]);
});
