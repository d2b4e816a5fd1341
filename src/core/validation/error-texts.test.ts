import { expect, test } from 'vitest';
import { z } from 'zod';
import { checked, faultsOf, firstOf, safeParse } from './zod-errors.js';

const reported = (schema: z.ZodType, value: unknown): string[] => {
  const result = safeParse(z.strictObject({ it: schema }), value === undefined ? {} : { it: value });
  return result.success ? [] : faultsOf('', result.error).map(({ path, message }) => `${path} ${message}`);
};

test.each<[z.ZodType, unknown, string]>([
  [z.string(), undefined, 'is required'],
  [z.enum(['a', 'b']), undefined, 'is required'],
  [z.union([z.string(), z.number()]), undefined, 'is required'],
  [z.string(), 7, 'must be text'],
  [z.number(), '7', 'must be a number'],
  [z.number(), Number.NaN, 'must be a number'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.boolean(), 'true', 'must be true or false'],
  [z.array(z.string()), {}, 'must be a list'],
  [z.object({}), [], 'must be an object'],
  [z.record(z.string(), z.string()), 1, 'must be an object'],
  [z.null(), 1, 'must be null'],
  [z.date(), 1, 'must be a date'],
  [z.bigint(), 1, 'must be bigint'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  [z.literal(7), 8, 'must be one of 7'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().min(2), 'a', 'must be at least 2 characters long'],
  [z.string().max(1), 'ab', 'must be at most 1 character long'],
  [z.array(z.int()).min(1), [], 'must not be empty'],
  [z.array(z.int()).max(1), [1, 2], 'must have at most 1 item'],
  [z.array(z.int()).min(2), [1], 'must have at least 2 items'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().max(5), 6, 'must be at most 5'],
  [z.number().gt(0), 0, 'must be above 0'],
  [z.number().lt(5), 5, 'must be below 5'],
  [z.number().multipleOf(2), 3, 'must be a multiple of 2'],
  [z.email(), 'a', 'must be an e-mail address'],
  [z.url(), 'a', 'must be a web address, like https://example.org/'],
  [z.uuid(), 'a', 'must be an id (a UUID)'],
  [z.iso.datetime(), 'noon', 'must be a moment, like 2030-01-31T12:00:00Z'],
  [z.iso.date(), 'today', 'must be a date, like 2030-01-31'],
  [z.ipv4(), 'a', 'must have the format ipv4'],
  [z.string().regex(/^a+$/), 'b', 'must match /^a+$/'],
  [z.union([z.string(), z.number()]), true, 'matches none of the allowed forms'],
  [z.string().refine(() => false), 'a', 'is not allowed'],
  [z.string().refine(() => false, 'says so itself'), 'a', 'says so itself'],
])('%# %j', (schema, value, message) => {
  expect(reported(schema, value)).toEqual([`it ${message}`]);
});

test('unknown keys are reported one by one', () => {
  const result = safeParse(z.strictObject({}), { a: 1, b: 2 });
  expect(result.success ? [] : faultsOf('body', result.error)).toEqual([
    { path: 'body.a', message: 'is not a known key' },
    { path: 'body.b', message: 'is not a known key' },
  ]);
  expect(() => checked(z.strictObject({ a: z.string() }), {}, 'thing')).toThrow('The thing is not valid');
});

test('of more than a hundred faults the first are reported', () => {
  const fault = { path: 'a', message: 'is wrong' };
  expect(firstOf(Array.from({ length: 100 }, () => fault))).toHaveLength(100);
  expect(firstOf(Array.from({ length: 102 }, () => fault)).slice(99)).toEqual([
    fault,
    { path: '', message: 'only the first 100 faults are listed' },
  ]);
});
