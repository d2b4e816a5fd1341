import { describe, expect, test } from 'vitest';
import { deliveryIdOf, parametersFrom, ruleFaults, type TriggerRules } from './delivery.js';

const rules = (change: Partial<TriggerRules> = {}): TriggerRules => ({
  parameters: {
    audio: 'body.url',
    options: { tags: ['headers["x-kind"]', '"fixed"'], runs: 3, fast: true, none: null },
  },
  condition: null,
  deliveryId: null,
  ...change,
});
const scope = { body: { url: 'https://a.test/1.wav', id: 7, kind: 'new' }, headers: { 'x-kind': 'call' } };
const TEXT = Buffer.from('text');

describe('parameters', () => {
  test('are filled in from body and headers', () => {
    expect(parametersFrom(rules(), scope)).toEqual({
      audio: 'https://a.test/1.wav',
      options: { tags: ['call', 'fixed'], runs: 3, fast: true, none: null },
    });
  });

  test.each([
    ['body.kind == "new"', true],
    ['body.kind == "old"', false],
    ['"x-event" in headers', false],
  ])('are made only if %s', (condition, starts) => {
    expect(parametersFrom(rules({ condition }), scope) !== null).toBe(starts);
  });

  test.each([
    [{ parameters: { a: 'body.missing' } }, 'no such key: missing'],
    [{ condition: 'body.kind' }, 'must be true or false'],
  ])('%j fails with a reason', (change, why) => {
    expect(() => parametersFrom(rules(change), scope)).toThrow(why);
  });
});

describe('the id of a delivery', () => {
  const HASH = '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1';
  test.each([
    [null, 'msg_1', 'msg_1'],
    [null, null, HASH],
    ['body.kind', 'msg_1', 'new'],
    ['body.id', null, '7'],
  ])('by %s, sent as %s, is %s', (deliveryId, sent, id) => {
    expect(deliveryIdOf(rules({ deliveryId }), scope, sent, TEXT)).toBe(id);
  });

  test('is hashed if it is long', () => {
    expect(deliveryIdOf(rules(), scope, 'a'.repeat(200), TEXT)).toHaveLength(200);
    expect(deliveryIdOf(rules(), scope, 'a'.repeat(201), TEXT)).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each(['body', '""', 'null'])('%s is none', (deliveryId) => {
    expect(() => deliveryIdOf(rules({ deliveryId }), scope, null, TEXT)).toThrow(
      expect.objectContaining({ code: 'delivery_without_id' }),
    );
  });
});

test('rules name each fault with its path', () => {
  expect(ruleFaults(rules())).toEqual([]);
  expect(ruleFaults(rules({ condition: 'body.a == 1', deliveryId: 'headers.id' }))).toEqual([]);
  const faults = ruleFaults({
    parameters: { a: 'params.x', list: [{ b: 'body.' }], runs: 3 },
    condition: '"text"',
    deliveryId: 'tasks',
  });
  expect(faults.map(({ path }) => path)).toEqual([
    'parameters.a',
    'parameters.list.0.b',
    'condition',
    'deliveryId',
  ]);
});
