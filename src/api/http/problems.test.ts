import { expect, test } from 'vitest';
import { problemOf } from './problems.js';

const problemFor = (code: string) => {
  const error = Object.assign(new Error('duplicate key (secret)=(payload)'), { code });
  const { body, headers } = problemOf(error, 'r1');
  expect(body.detail).not.toContain('payload');
  return { status: body.status, code: body.code, again: headers['Retry-After'] };
};

test.each([
  ['22P05', 422, 'invalid_input'],
  ['22003', 422, 'invalid_input'],
  ['23514', 422, 'invalid_input'],
  ['23502', 422, 'invalid_input'],
  ['23505', 409, 'conflict'],
  ['23001', 409, 'conflict'],
  ['54000', 422, 'too_much'],
  ['40P01', 503, 'ledger_busy'],
  ['55P03', 503, 'ledger_busy'],
  ['57014', 503, 'ledger_busy'],
  ['57P01', 503, 'ledger_unavailable'],
  ['53300', 503, 'ledger_unavailable'],
  ['08006', 503, 'ledger_unavailable'],
  ['ECONNREFUSED', 503, 'ledger_unavailable'],
  ['42501', 503, 'ledger_unfit'],
])('%s is %i %s', (state, status, code) => {
  expect(problemFor(state)).toMatchObject({ status, code });
});

/** Every class of PostgreSQL error codes. */
const CLASSES =
  '01 02 03 08 09 0A 0B 0F 0L 0P 0Z 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 53 54 55 57 58 72 F0 HV P0 XX';

test.each(CLASSES.split(' '))('class %s does not become a 500', (name) => {
  const { status, code } = problemFor(`${name}000`);
  expect(status).not.toBe(500);
  expect(code).not.toBe('internal');
});

test('an unknown error becomes `internal`, without its message', () => {
  expect(problemOf(new Error('the payload'), 'r1').body).toMatchObject({ status: 500, code: 'internal' });
});
