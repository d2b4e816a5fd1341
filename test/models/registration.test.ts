/** An address that could never be called is refused when it is written: in a model's deployment by every route, and in a webhook. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { allowPrivateHosts: false } });
  await publishWorkflow(system, 'one', [{ id: 'only', type: 'transform', input: { a: '1' } }]);
});
afterAll(() => system.stop());

const say = async (method: string, path: string, body: unknown) => {
  const response = await system.ask(method, path, body);
  const answer = (await response.json()) as { errors?: { path: string; message: string }[] };
  return { status: response.status, faults: answer.errors ?? [] };
};
const model = (modelId: string, deployment: object, more: object = {}) => ({
  modelId,
  name: modelId,
  displayName: modelId,
  category: 'test',
  providerType: 'external',
  deployment,
  ...more,
});
const GOOD = { url: 'https://models.example/run', headers: { 'x-api-key': 'env:RADIANT_SECRET_X' } };

const BAD: [string, object, string, RegExp][] = [
  ['no URL', {}, 'deployment.url', /form https/],
  ['no URL, by its driver alone', { driver: 'http' }, 'deployment.url', /form https/],
  ['a bad one', { url: 'models.example/run' }, 'deployment.url', /form https/],
  [
    'credentials',
    { url: 'https://me:word@models.example/' },
    'deployment.url',
    /must not contain a user or a password/,
  ],
  ['plain http', { url: 'http://models.example/' }, 'deployment.url', /RADIANT_ALLOW_PRIVATE_HOSTS/],
  ['a private address', { url: 'https://10.0.0.1/' }, 'deployment.url', /RADIANT_ALLOW_PRIVATE_HOSTS/],
  [
    'a bad way to wake it',
    { ...GOOD, wakeUrl: 'http://x/', stopUrl: 'https://models.example/' },
    'deployment.wakeUrl',
    /https/,
  ],
  [
    'a bad way to stop it',
    { ...GOOD, wakeUrl: 'https://models.example/', stopUrl: 'x' },
    'deployment.stopUrl',
    /https/,
  ],
  ['a header of the connection', { ...GOOD, headers: { Host: 'x' } }, 'deployment.headers.Host', /Remove it/],
];

test.each(BAD)(
  'a model with %s cannot be registered, nor changed to it',
  async (_, deployment, path, message) => {
    const refused = { status: 422, faults: [{ path, message: expect.stringMatching(message) }] };
    expect(await say('POST', '/v1/models', model('bad', deployment))).toMatchObject(refused);

    await system.ask('POST', '/v1/models', model('good', GOOD));
    // A patch merges, so fields to remove are set to null.
    const patch = { url: null, headers: { 'x-api-key': null }, ...deployment };
    expect(await say('PATCH', '/v1/models/good', { deployment: patch })).toMatchObject(refused);
    expect((await system.ask('GET', '/v1/models/bad')).status).toBe(404);
  },
);

test('a change of the provider checks the address as well, and any other change does not', async () => {
  expect((await say('POST', '/v1/models', model('moved', {}, { providerType: 'self_hosted' }))).status).toBe(
    201,
  );
  expect(await say('PATCH', '/v1/models/moved', { providerType: 'external' })).toMatchObject({
    status: 422,
    faults: [{ path: 'deployment.url' }],
  });
  // Registered where private hosts were allowed.
  await system.ledger.as(SYSTEM, (session) =>
    session.query(
      `update ai_models set provider_type = 'external', deployment_config = deployment_config || '{"url": "http://10.0.0.1/"}'
       where model_id = 'moved'`,
    ),
  );
  expect((await say('PATCH', '/v1/models/moved', { displayName: 'Renamed' })).status).toBe(200);
  expect(
    (await say('PATCH', '/v1/models/moved', { deployment: { url: 'https://models.example/' } })).status,
  ).toBe(200);
});

test.each([
  ['http://example.org/', /RADIANT_ALLOW_PRIVATE_HOSTS/],
  ['https://169.254.169.254/', /RADIANT_ALLOW_PRIVATE_HOSTS/],
  ['https://me@example.org/', /must not contain a user/],
  ['nowhere', /form https/],
])('a webhook to %s is refused', async (webhookUrl, message) => {
  const asked = await say('POST', '/v1/workflows/one/executions', { parameters: {}, webhookUrl });
  expect(asked.status).toBe(422);
  expect(asked.faults).toMatchObject([
    { path: expect.stringMatching(/webhookUrl$/), message: expect.stringMatching(message) },
  ]);
});
