import { expect, test } from 'vitest';
import { modelIn, refusalsOf } from './refusal';

test.each([
  ['models.esmfold.model_weights MIT', 'esmfold'],
  ['parameters.sequence', null],
  ['models', null],
])('%s is about the model %s', (path, id) => expect(modelIn({ path, message: '' })).toBe(id));

test('a reason that several records share is stated once', () => {
  const licence = [{ path: 'models.fold.code MIT', message: 'It is not reviewed.' }];
  const refused = (index: number, errors?: typeof licence) => ({
    index,
    ok: false,
    code: 'x',
    detail: 'No.',
    ...(errors && { errors }),
  });
  expect(
    refusalsOf(
      [refused(0, licence), { index: 1, ok: true }, refused(2), refused(3, licence)],
      ['>a\nAC', '>b\nAC', 'AC', '>d\nAC'],
    ),
  ).toEqual([
    { labels: ['a', 'd'], errors: licence },
    { labels: ['Record 3'], errors: [{ path: '', message: 'No.' }] },
  ]);
});
