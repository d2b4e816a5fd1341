import { expect, test } from 'vitest';
import {
  Changed,
  Conflict,
  InvalidInput,
  InvocationError,
  NotFound,
  RadiantError,
  Refused,
} from './errors.js';
import { failureOf } from './executions/decision-failure.js';

test.each([
  [new InvalidInput('No.'), 'InvalidInput', 'invalid_input'],
  [new NotFound('model', 'm1'), 'NotFound', 'not_found'],
  [new Conflict('stale', 'No.'), 'Conflict', 'stale'],
  [new Changed('price', 'No.', []), 'Changed', 'price'],
  [new Refused('tier', 'No.'), 'Refused', 'tier'],
  [new InvocationError('lost', 'gone', 'No.'), 'InvocationError', 'gone'],
])('%s', (error, name, code) => {
  expect(error).toBeInstanceOf(RadiantError);
  expect(error).toMatchObject({ name, code });
  expect(failureOf(error)).toEqual({ code, message: error.message });
});

test('the message of a foreign error is dropped, because it may hold data', () => {
  expect(failureOf(new Error('secret'))).toMatchObject({
    code: 'internal',
    message: expect.not.stringContaining('secret'),
  });
});
