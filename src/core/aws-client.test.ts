import { expect, test } from 'vitest';
import { bucketRegionOf, clientSettings } from './aws-client.js';

test('for AWS only a known region is set, and the SDK finds the rest', () => {
  expect(clientSettings({})).toEqual({});
  expect(clientSettings({ region: 'eu-west-1' })).toEqual({ region: 'eu-west-1' });
});

test('for a stand-in every setting is given', () => {
  expect(clientSettings({ region: 'eu-west-1', standInUrl: 'http://127.0.0.1:4566' })).toMatchObject({
    endpoint: 'http://127.0.0.1:4566',
    region: 'us-east-1',
    credentials: { accessKeyId: 'standin' },
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    defaultsMode: 'standard',
  });
});

const header = (region: string) => ({ $response: { headers: { 'x-amz-bucket-region': region } } });

test.each([
  [{ name: 'PermanentRedirect', ...header('eu-west-1') }, 'eu-west-1'],
  [{ name: 'TemporaryRedirect', ...header('eu-west-1') }, 'eu-west-1'],
  [{ name: 'AuthorizationHeaderMalformed', Region: 'ap-south-2' }, 'ap-south-2'],
  [{ name: 'PermanentRedirect' }, undefined],
  [{ name: 'PermanentRedirect', ...header('no <region>') }, undefined],
  [{ name: 'NoSuchKey', ...header('eu-west-1') }, undefined],
  [{}, undefined],
])('the region of %j is %s', (error, region) => {
  expect(bucketRegionOf(error)).toBe(region);
});
