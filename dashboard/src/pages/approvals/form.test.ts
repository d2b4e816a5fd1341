import { expect, test } from 'vitest';
import { fieldsOf } from '../../parts/form/fields';
import { startWith } from '../../parts/form/values';
import { filledIn, sourceOf } from './form';

const schema = {
  type: 'object',
  properties: { seats: { type: 'integer', default: 2 }, note: { type: 'string' } },
  required: ['note'],
};

test('an approval has the fields of its schema, and sends defaults as well', () => {
  const fields = fieldsOf(sourceOf(schema), false);
  expect(fields.map(({ name, isRequired }) => [name, isRequired])).toEqual([
    ['seats', false],
    ['note', true],
  ]);
  expect(filledIn(fields, startWith(fields))).toEqual({ seats: 2 });
  expect(filledIn(fields, { ...startWith(fields), note: 'ok' })).toEqual({ seats: 2, note: 'ok' });
});

test('a schema without properties has no fields', () => {
  expect(fieldsOf(sourceOf({ type: 'string' }), false)).toEqual([]);
});
