/** References to secrets, resolved with the real SDK over HTTP. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { expect, it } from 'vitest';
import { newModel, openEndpointsHarness } from '../../test/harness/endpoints-harness.js';
import { createModelOf } from './sagemaker/account.js';

const harness = openEndpointsHarness('manual');
const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:radiant/token-AbCdEf';
const VALUE = 'a-value-that-nobody-may-see';

it('in a container’s environment are resolved when its model is created; the name is made from the reference', async () => {
  await harness.settings({ secrets: { [ARN]: JSON.stringify({ token: VALUE }) } });
  const environment = { MODEL_NAME: 'echo', HF_TOKEN: `aws-sm:${ARN}#token` };
  const model = newModel({ environment });
  expect(await harness.endpoints.warm(model, 1)).toBe('done');
  const made = harness.standIn.ledger().calls.find(({ operation }) => operation === 'CreateModel')?.target;
  const control = new SageMakerClient({});
  const { PrimaryContainer } = await control.send(new DescribeModelCommand({ ModelName: made }));
  control.destroy();
  expect(PrimaryContainer?.Environment).toEqual({ MODEL_NAME: 'echo', HF_TOKEN: VALUE });
  // Another value does not change the deployment.
  await harness.settings({ secrets: { [ARN]: JSON.stringify({ token: 'another' }) } });
  await harness.settled(model, { serving: 1, outdated: false });
});

it('are read once for many uses', async () => {
  await harness.settings({ secrets: { [`${ARN}2`]: VALUE } });
  const texts = await Promise.all(
    Array.from({ length: 10 }, () => harness.endpoints.resolve(`Bearer aws-sm:${ARN}2`)),
  );
  expect(new Set(texts)).toEqual(new Set([`Bearer ${VALUE}`]));
  expect(
    harness.standIn.ledger().calls.filter(({ operation }) => operation === 'GetSecretValue').length,
  ).toBe(2);
});

it.each([
  [`aws-sm:${ARN}none`, /ResourceNotFoundException/],
  [`aws-sm:${ARN}2#token`, /has no such text/],
  ['env:HOME', /begins with RADIANT_SECRET_/],
])('%s says why it cannot be had', async (reference, why) => {
  await expect(harness.endpoints.resolve(reference)).rejects.toMatchObject({
    errorClass: 'invalid',
    code: 'secret_missing',
    message: expect.stringMatching(why),
  });
  await expect(harness.endpoints.warm(newModel({ environment: { X: reference } }), 1)).rejects.toMatchObject({
    code: 'secret_missing',
  });
});

it('are hidden in an error that repeats them', async () => {
  const server = createServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: 'ValidationException', message: `${VALUE} is too long` }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const control = new SageMakerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const request = { ModelName: 'm', PrimaryContainer: { Environment: { KEY: 'env:X' } } };
  const refused = createModelOf(control, request, () => Promise.resolve(VALUE));
  await expect(refused).rejects.toThrow('*** is too long');
  control.destroy();
  server.close();
});
