/** The summary stream sends each change once per interval, and to tenants only their own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await registerEchoModel(system, 'echo');
  await publishWorkflow(system, 'small', [{ id: 'first', type: 'validation' }]);
});
afterAll(() => system.stop());

/** Reads changes until one of them is `until`. */
async function readChanges(
  headers: Record<string, string>,
  until: string,
  begun: () => void,
): Promise<string[]> {
  const response = await fetch(`${system.url}/v1/events`, { headers });
  const kinds: string[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    begun();
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, data] = /^event: change\ndata: (.+)$/.exec(block) ?? [];
      if (data === undefined) continue;
      const { kind, id } = JSON.parse(data) as { kind: string; id: string };
      kinds.push(`${kind} ${id}`);
    }
    if (kinds.includes(until)) break;
  }
  return kinds;
}

test('operators receive every change once per interval, and tenants only their own', async () => {
  const asTenant = { authorization: `Bearer ${await system.keyFor('acme', 5, 'tenant_admin')}` };
  let streams = 0;
  const begun = () => void (streams += 1);
  const ours = readChanges({ authorization: `Bearer ${system.key}` }, 'workflow small', begun);
  const theirs = readChanges(asTenant, 'workflow small', begun);
  await expect.poll(() => streams).toBeGreaterThanOrEqual(2);
  const foreign = await submit(system, 'small');
  const own = await submit(system, 'small', {}, {}, asTenant);
  for (const sql of [
    `update ai_models set description = 'a' where model_id = 'echo'`,
    `update ai_models set description = 'b' where model_id = 'echo'`,
    `update ai_models set current_thermal_state = 'HOT' where model_id = 'echo'`,
    `insert into thermal_brakes (name, reason) values ('scaleIn', 'test')`,
    `update workflow_definitions set enabled = false where workflow_id = 'small'`,
  ]) {
    await system.ledger.as(SYSTEM, (session) => session.query(sql));
  }
  const expected = [`execution ${own}`, 'model echo', 'thermal echo', 'workflow small'];
  expect(new Set(await ours)).toEqual(new Set([...expected, `execution ${foreign}`, 'thermal *']));
  expect(new Set(await theirs)).toEqual(new Set(expected));
});
