import { expect, test } from 'vitest';
import { Problem } from '../../api/client';
import { fieldErrorText, problemText } from './problem';

test.each([
  ['parameters.sequence', 'is required', 'parameters.sequence is required'],
  [
    'models.fold.code MIT',
    'The licence MIT of fold is not reviewed.',
    'The licence MIT of fold is not reviewed.',
  ],
  ['', 'Énoncé.', 'Énoncé.'],
])('%s %s', (path, message, text) => expect(fieldErrorText({ path, message })).toBe(text));

test('a problem states each of its errors once', () => {
  const problem = new Problem(
    400,
    'invalid_input',
    'It is wrong.',
    [{ path: 'a', message: 'is odd' }],
    null,
    {},
  );
  expect(problemText(problem)).toBe('It is wrong. a is odd');
  expect(problemText(new TypeError('fetch failed'))).toContain('could not be reached');
});
