/** The audit over HTTP: exactly one entry for each administered change, and its filters. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 100_000 } });
});
afterAll(() => system.stop());

interface Entry {
  id: string;
  at: string;
  entity: string;
  entityId: string;
  entityName: string | null;
  action: string;
  actorName: string | null;
  requestId: string | null;
  summary: string;
  changes: { path: string; before: unknown; after: unknown }[];
}
const audit = async (query: string) => {
  const response = await system.ask('GET', `/v1/audit?${query}`);
  return (await response.json()) as { items: Entry[]; nextCursor: string | null };
};
const change = async (
  method: string,
  path: string,
  requestId: string,
  body?: unknown,
): Promise<{ id: string }> => {
  const response = await system.ask(method, path, body, { 'x-request-id': requestId });
  const text = await response.text();
  expect(response.status, `${method} ${path}: ${text}`).toBeLessThan(300);
  return text === '' ? { id: '' } : (JSON.parse(text) as { id: string });
};

test('each change of the catalogue is one entry with its actor and its request', async () => {
  const model = '/v1/models/audited';
  const changes: [string, string, string, unknown, string][] = [
    [
      'POST',
      '/v1/models',
      'created',
      { modelId: 'audited', name: 'a', displayName: 'Audited', category: 't' },
      'model',
    ],
    ['PATCH', model, 'updated', { pricing: { markup: '1' } }, 'model'],
    ['DELETE', model, 'disabled', undefined, 'model'],
    ['POST', `${model}/restore`, 'restored', {}, 'model'],
    ['POST', `${model}/history/1/restore`, 'updated', {}, 'model'],
    ['POST', `${model}/licenses`, 'created', { type: 'code', spdx: 'MIT' }, 'license'],
    ['POST', `${model}/dependencies`, 'created', { type: 'database', name: 'D' }, 'dependency'],
  ];
  const made: Record<string, string> = {};
  const steps = [...changes.entries()];
  for (const [place, [method, path, action, body, entity]] of steps) {
    const { id } = await change(method, path, `step-${place}`, body);
    made[entity] = id;
    const { items } = await audit('limit=200');
    const mine = items.filter(({ requestId }) => requestId === `step-${place}`);
    expect(
      mine.map((entry) => [entry.action, entry.entity, entry.actorName]),
      path,
    ).toEqual([[action, entity, 'admin@localhost']]);
  }
  for (const [method, path, action, body] of [
    ['PATCH', `${model}/licenses/${made['license']}`, 'updated', { shareAlike: true }],
    [
      'POST',
      `${model}/licenses/${made['license']}/review`,
      'updated',
      { complianceStatus: 'compliant', note: 'n' },
    ],
    ['DELETE', `${model}/licenses/${made['license']}`, 'deleted', undefined],
    ['PATCH', `${model}/dependencies/${made['dependency']}`, 'updated', { notes: 'n' }],
    ['DELETE', `${model}/dependencies/${made['dependency']}`, 'deleted', undefined],
    ['POST', `${model}/retire`, 'disabled', {}],
  ] as const) {
    await change(method, path, 'part', body);
    const { items } = await audit('limit=1');
    expect(items[0], path).toMatchObject({ action, requestId: 'part' });
  }
  const all = await audit('limit=200');
  expect(all.items.filter(({ requestId }) => requestId === 'part')).toHaveLength(6);
  // Two models may have a licence of the same name.
  const nameOf = (id: string | undefined) => all.items.find(({ entityId }) => entityId === id)?.entityName;
  expect([nameOf(made['license']), nameOf(made['dependency'])]).toEqual([
    'MIT (code) of Audited',
    'D of Audited',
  ]);
});

test('filters find entries by entity, id, actor, action and time, in pages', async () => {
  const { items } = await audit('entity=model&entityId=audited');
  expect(items.map(({ action }) => action)).toEqual([
    'disabled',
    'updated',
    'restored',
    'disabled',
    'updated',
    'created',
  ]);
  expect(items[4]).toMatchObject({
    entityName: 'Audited',
    summary: 'Model Audited updated',
    changes: [{ path: 'pricing.markup', before: '0.75', after: '1' }],
  });
  expect((await audit('entityId=audited&action=restored')).items).toHaveLength(1);
  expect((await audit('entityId=audited&actor=ADMIN@local')).items).toHaveLength(6);
  expect((await audit('entityId=audited&actor=system')).items).toEqual([]);
  expect((await audit('actor=system&entity=workflow&limit=200')).items.map(({ entity }) => entity)).toContain(
    'workflow',
  );
  const { at } = items[4] as Entry;
  expect((await audit(`entityId=audited&from=${at}`)).items).toHaveLength(5);
  expect((await audit(`entityId=audited&to=${at}`)).items).toHaveLength(1);
  const first = await audit('entityId=audited&limit=4');
  const second = await audit(`entityId=audited&limit=4&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items]).toEqual(items);
});
