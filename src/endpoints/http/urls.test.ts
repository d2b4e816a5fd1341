import { describe, expect, it } from 'vitest';
import { catalogue } from '../../store/models/seed-catalogue.js';
import { deploymentConfig } from '../../core/models/model.js';
import { deploymentFaults, headerFaults, whyNotSent } from './urls.js';

const FORM = /^must be of the form https:\/\/host\/path$/;
const CREDENTIALS = /^must not contain a user or a password/;
const PLAIN = /^must begin with https:\/\/, unless RADIANT_ALLOW_PRIVATE_HOSTS is set$/;
const INSIDE = /^must not lead to a private address, unless RADIANT_ALLOW_PRIVATE_HOSTS is set$/;

describe.each<[url: string | undefined, outside: RegExp | null, anywhere: RegExp | null]>([
  ['https://example.org/hook?x=1', null, null],
  ['https://example.org:8443/a#b', null, null],
  ['https://[2606:4700::1111]/', null, null],
  ['HTTPS://EXAMPLE.ORG', null, null],
  ['http://example.org/', PLAIN, null],
  ['http://127.0.0.1:8080/', PLAIN, null],
  ['https://127.0.0.1/', INSIDE, null],
  ['https://2130706433/', INSIDE, null],
  ['https://0x7f.1/', INSIDE, null],
  ['https://10.1.2.3/', INSIDE, null],
  ['https://169.254.169.254/latest', INSIDE, null],
  ['https://[::1]/', INSIDE, null],
  ['https://[::ffff:10.0.0.1]/', INSIDE, null],
  ['https://[fd00:ec2::254]/', INSIDE, null],
  ['https://localhost/', INSIDE, null],
  ['https://model.localhost./', INSIDE, null],
  ['https://user@example.org/', CREDENTIALS, CREDENTIALS],
  ['https://:secret@example.org/', CREDENTIALS, CREDENTIALS],
  [undefined, FORM, FORM],
  ['', FORM, FORM],
  ['nonsense', FORM, FORM],
  ['example.org/predict', FORM, FORM],
  ['//example.org/', FORM, FORM],
  ['https://', FORM, FORM],
  ['https://a b/', FORM, FORM],
  ['ftp://example.org/', FORM, FORM],
  ['file:///etc/passwd', FORM, FORM],
  ['javascript:alert(1)', FORM, FORM],
  ['s3://bucket/key', FORM, FORM],
])('%s', (url, outside, anywhere) => {
  it.each([
    [false, outside],
    [true, anywhere],
  ])('with private hosts allowed: %s', (allowPrivateHosts, why) => {
    const reason = whyNotSent(url, { allowPrivateHosts });
    if (why === null) expect(reason).toBeNull();
    else expect(reason).toMatch(why);
  });
});

describe('a header', () => {
  it.each([
    'Host',
    'content-length',
    'Transfer-Encoding',
    'CONNECTION',
    'keep-alive',
    'Upgrade',
    'TE',
    'trailer',
    'Expect',
  ])('%s belongs to the connection', (name) => {
    expect(headerFaults({ [name]: 'x' })).toEqual([
      { path: name, message: 'is set by the connection itself. Remove it' },
    ]);
  });

  it.each(['', 'a b', 'a:b', 'naïve', 'a\nb', '(x)'])('may not have the name %j', (name) => {
    expect(headerFaults({ [name]: 'x' })).toEqual([
      { path: name, message: 'is not the name of an HTTP header' },
    ]);
  });

  it.each(['a\nb', 'a\r\nx: y', 'a\u0000', 'schön 🙂'])('may not have the value %j', (value) => {
    expect(headerFaults({ 'x-a': value })).toHaveLength(1);
  });

  it('may be any other', () => {
    expect(
      headerFaults({
        Authorization: 'Bearer env:RADIANT_SECRET_X',
        'x-api-key': 'k\tä',
        accept: 'a/b',
        "x-!#$%&'*+.^_`|~": '',
      }),
    ).toEqual([]);
  });
});

it('every fault of a deployment names its field', () => {
  const deployment = deploymentConfig.parse({
    wakeUrl: 'ftp://x/',
    stopUrl: 'http://x/',
    headers: { Host: 'x', ok: 'y' },
  });
  const faults = deploymentFaults(deployment, { allowPrivateHosts: false });
  expect(faults.map(({ path }) => path)).toEqual([
    'deployment.url',
    'deployment.wakeUrl',
    'deployment.stopUrl',
    'deployment.headers.Host',
  ]);
});

it('every http model of the catalogue has a URL that can be called', () => {
  const served = catalogue().filter(
    ({ deployment, providerType }) => deployment.driver === 'http' || providerType === 'external',
  );
  expect(
    served.flatMap(({ deployment }) => deploymentFaults(deployment, { allowPrivateHosts: false })),
  ).toEqual([]);
  expect(catalogue().length).toBeGreaterThan(0);
});
