import { expect, test } from 'vitest';
import { networkFault } from './connection-errors.js';

test.each([
  ['ENOTFOUND', '', /no host for cache:1/],
  ['EAI_AGAIN', '', /no host/],
  ['ECONNREFUSED', '', /no server listens at cache:1/],
  ['EHOSTUNREACH', '', /no route to/],
  ['ENETUNREACH', '', /no route to/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', '', /not trusted .*NODE_EXTRA_CA_CERTS/],
  ['EPROTO', '', /does not support TLS/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', '', /does not support TLS/],
  ['', 'The server does not support SSL connections', /does not support TLS/],
  ['ETIMEDOUT', '', /does not answer/],
  ['', 'timeout expired', /does not answer/],
  ['ECONNRESET', '', /closes the connection/],
  ['EPIPE', '', /closes the connection/],
  ['', 'Connection terminated unexpectedly', /closes the connection/],
])('%s %s', (code, message, expected) => {
  expect(networkFault(code, message, 'cache:1')).toMatch(expected);
});

test('an error from the server itself is not a network fault', () => {
  expect(networkFault('28P01', 'password authentication failed', 'db:5432')).toBeNull();
});
