import { expect, test } from 'vitest';
import { ruleFaults } from './parameter-rule-errors.js';

test.each([
  ['string', { minLength: 1, maxLength: 1, pattern: '^a', alphabet: 'a', enum: ['a'] }],
  ['fasta', { minLength: 16, maxLength: 2700, alphabet: 'ACGT' }],
  ['number', { minimum: -1e308, maximum: 1e308 }],
  ['array', { minItems: 0, maxItems: 3 }],
  ['object', {}],
])('%s %o', (type, validation) => {
  expect(ruleFaults({ type, validation })).toEqual([]);
});

test.each([
  ['string', { minLegnth: 1 }, 'minLegnth: is not a rule: the rules are minLength, '],
  ['string', { constructor: 1 }, 'constructor: is not a rule'],
  ['integer', { minLength: 1 }, 'minLength: does not apply to a parameter of type integer'],
  ['integer', { minimum: '1' }, 'minimum: must be a number'],
  ['string', { maxLength: 1.5 }, 'maxLength: must be a whole number between 0 and 1000000000'],
  ['string', { minLength: 3, maxLength: 2 }, 'minLength: must not be above maxLength'],
  ['string', { pattern: '(?=a)' }, 'pattern: this is not a valid RE2 pattern'],
  ['string', { pattern: 7 }, 'pattern: must be a pattern as text'],
  ['string', { alphabet: '' }, 'alphabet: must be a text of the allowed letters'],
  ['string', { enum: [] }, 'enum: must be a list of values'],
])('%s %o', (type, validation, expected) => {
  const [fault] = ruleFaults({ type, validation });
  expect(`${fault?.path}: ${fault?.message}`).toContain(expected);
});
