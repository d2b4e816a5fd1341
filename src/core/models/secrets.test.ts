import { expect, test } from 'vitest';
import { HIDDEN, isReference, secretFaults, redacted } from './secrets.js';

const ARN = 'aws-sm:arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf';

test.each([
  ['ANYTHING', 'AKIAIOSFODNN7EXAMPLE'],
  ['ANYTHING', 'sk-proj-abcdefghijklmnopqrst'],
  ['ANYTHING', `ghp_${'a1'.repeat(18)}`],
  ['ANYTHING', `hf_${'aB'.repeat(17)}`],
  ['ANYTHING', 'xoxb-1234567890-abc'],
  ['ANYTHING', `rdt_${'a'.repeat(12)}_${'b'.repeat(43)}`],
  ['ANYTHING', '-----BEGIN RSA PRIVATE KEY-----'],
  ['authorization', 'Bearer x'],
  ['API_KEY', '9f86d081884c7d659a2feaa0c55ad015'],
  ['x-auth-token', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'],
  ['DB_PASSWORD', 'hunter2'],
  ['DB_PASSWORD', 'env:RADIANT_SECRET_DB x'],
])('%s with such a value is refused, and the error does not quote the value', (name, value) => {
  const faults = secretFaults({ [name]: value });
  expect(faults).toEqual([
    {
      path: name,
      message: expect.stringMatching(/^looks like a secret: use a reference, env:RADIANT_SECRET_…/),
    },
  ]);
  expect(JSON.stringify(faults)).not.toContain(value);
});

test.each([
  ['MODEL_NAME', 'alphafold2_ptm'],
  ['TOKENIZER', 'mistralai/Mistral-7B-Instruct-v0.2'],
  ['MAX_TOTAL_TOKENS', '4096'],
  ['API_KEY', 'env:RADIANT_SECRET_KEY'],
  ['authorization', 'Bearer env:RADIANT_SECRET_KEY'],
  ['DB_PASSWORD', 'env:RADIANT_SECRET_DB'],
  ['API_KEY', ARN],
  ['authorization', `Bearer ${ARN}#token`],
])('%s=%s is not a secret', (name, value) => {
  expect(secretFaults({ [name]: value })).toEqual([]);
});

test.each(['env:HOME', 'aws-sm:arn:aws:s3:::bucket', 'aws-sm:name'])(
  '%s is refused with what to write instead',
  (value) => {
    expect(secretFaults({ NAME: value })).toEqual([
      { path: 'NAME', message: expect.stringMatching(/^is not a valid reference to a secret: use env:/) },
    ]);
  },
);

test('a text is a reference only if it holds exactly one', () => {
  expect([ARN, 'env:RADIANT_SECRET_X', `Bearer ${ARN}`, 'env:HOME', 'x'].map(isReference)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('a value that the audit log hides cannot be saved again', () => {
  expect(secretFaults({ KEY: HIDDEN })[0]?.message).toMatch(/enter it again/);
});

test('the audit log shows references only', () => {
  expect(redacted('env:RADIANT_SECRET_KEY')).toBe('env:RADIANT_SECRET_KEY');
  expect(redacted('Bearer env:RADIANT_SECRET_KEY')).toBe('Bearer env:RADIANT_SECRET_KEY');
  expect(redacted(`${ARN}#token`)).toBe(`${ARN}#token`);
  expect(redacted('x env:RADIANT_SECRET_KEY')).toBe(HIDDEN);
  expect(redacted('0.1')).toBe(HIDDEN);
});
