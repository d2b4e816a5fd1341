import { expect, it } from 'vitest';
import { fieldsOf, inWords, type FormSource, type Parameter } from './fields';
import { startWith, takenFrom, toParameters } from './values';

const parameter = (name: string, change: Partial<Parameter> = {}): Parameter => ({
  name,
  displayName: null,
  description: null,
  type: 'string',
  default: null,
  validation: {},
  uiComponent: 'text',
  uiConfig: {},
  userConfigurable: true,
  adminOnly: false,
  ...change,
});
const source = (change: Partial<FormSource> = {}): FormSource => ({
  inputSchema: {},
  defaultParameters: {},
  parameters: [],
  ...change,
});
const componentOf = (change: Partial<Parameter>, property = {}) =>
  fieldsOf(
    source({ parameters: [parameter('x', change)], inputSchema: { properties: { x: property } } }),
    false,
  )[0]?.component;

it('uses the requested component, if it can hold the type', () => {
  expect(componentOf({ type: 'fasta', uiComponent: 'sequence' })).toBe('sequence');
  expect(
    componentOf({ type: 'integer', uiComponent: 'slider', validation: { minimum: 1, maximum: 5 } }),
  ).toBe('slider');
  expect(componentOf({ uiComponent: 'date' })).toBe('date');
  expect(componentOf({ type: 'boolean', uiComponent: 'toggle' })).toBe('switch');
  expect(componentOf({ uiComponent: 'segmented', uiConfig: { options: ['a', 'b'] } })).toBe('segmented');
});

it('falls back by type if it cannot, or if the component is unknown', () => {
  expect(componentOf({ type: 'boolean' })).toBe('switch');
  expect(componentOf({ type: 'integer', uiComponent: 'slider' })).toBe('number');
  expect(componentOf({ type: 'integer', uiComponent: 'segmented' })).toBe('number');
  expect(componentOf({ type: 'fasta' })).toBe('sequence');
  expect(componentOf({ type: 'object', uiComponent: 'hologram' })).toBe('json');
  expect(componentOf({ type: 'array' })).toBe('tags');
  expect(componentOf({ type: 'array' }, { items: { type: 'object' } })).toBe('json');
});

it('offers the choices, if there are any', () => {
  expect(componentOf({ validation: { enum: ['a', 'b'] } })).toBe('select');
  expect(componentOf({ type: 'array' }, { items: { enum: ['a'] } })).toBe('multiselect');
  const options = [{ value: 4, label: 'Four' }, 8];
  const [field] = fieldsOf(
    source({ parameters: [parameter('x', { type: 'integer', uiConfig: { options } })] }),
    false,
  );
  expect(field?.choices).toEqual([
    { value: '4', label: 'Four', is: 4 },
    { value: '8', label: '8', is: 8 },
  ]);
});

it('shows parameters first and leaves the rest to more options', () => {
  const fields = fieldsOf(
    source({
      parameters: [parameter('main'), parameter('extra', { uiConfig: { advanced: true, unit: 'Å' } })],
      inputSchema: {
        required: ['needed', 'main', 'seeded'],
        properties: {
          needed: { type: 'integer', title: 'Needed' },
          when: { type: 'string', format: 'date' },
          seeded: {},
        },
      },
      defaultParameters: { seeded: [1], bare: true },
    }),
    false,
  );
  expect(
    fields.map(({ name, isMain, isRequired, component }) => [name, isMain, isRequired, component]),
  ).toEqual([
    ['main', true, true, 'text'],
    ['extra', false, false, 'text'],
    ['needed', true, true, 'number'],
    ['when', false, false, 'date'],
    ['seeded', false, false, 'tags'],
    ['bare', false, false, 'switch'],
  ]);
  expect(fields[1]?.unit).toBe('Å');
  expect(fields[2]?.label).toBe('Needed');
});

it('shows reserved parameters to administrators only, under more options', () => {
  const reserved = source({
    parameters: [
      parameter('secret', { adminOnly: true }),
      parameter('fixed', { userConfigurable: false }),
      parameter('open'),
    ],
  });
  expect(fieldsOf(reserved, false).map(({ name }) => name)).toEqual(['open']);
  expect(fieldsOf(reserved, true).map(({ name, isMain, reserved: why }) => [name, isMain, why])).toEqual([
    ['secret', false, 'admin_only'],
    ['fixed', false, 'fixed'],
    ['open', true, null],
  ]);
});

it('merges the schema and the rules of the row, the row last', () => {
  const [field] = fieldsOf(
    source({
      parameters: [parameter('s', { type: 'fasta', validation: { minLength: 16, alphabet: 'ACGT' } })],
      inputSchema: { properties: { s: { type: 'string', minLength: 1, maxLength: 9 } } },
    }),
    false,
  );
  expect(field?.schema).toEqual({ type: 'string', minLength: 16, maxLength: 9 });
  expect(field?.alphabet).toBe('ACGT');
});

it('sends only what differs from the defaults, a workflow’s before a parameter’s', () => {
  const fields = fieldsOf(
    source({
      parameters: [parameter('a', { default: 'row' }), parameter('b', { type: 'object' }), parameter('c')],
      defaultParameters: { a: 'workflow', b: { x: 1, y: 2 } },
    }),
    false,
  );
  const start = startWith(fields);
  expect(start).toEqual({ a: 'workflow', b: { x: 1, y: 2 }, c: undefined });
  expect(toParameters(fields, start)).toEqual({});
  expect(toParameters(fields, { ...start, a: 'row', b: { y: 2, x: 1 }, c: '' })).toEqual({ a: 'row', c: '' });
  expect(startWith(fields, { c: 'given', unknown: 1 })).toEqual({
    a: 'workflow',
    b: { x: 1, y: 2 },
    c: 'given',
  });
});

it('is filled from an execution with its resolved values, and with its sequence as it was pasted', () => {
  const fields = fieldsOf(
    source({
      parameters: [parameter('s', { type: 'fasta' }), parameter('n', { type: 'integer', default: 3 })],
    }),
    false,
  );
  const execution = { parameters: { s: '>p\nACGT' }, resolvedParameters: { s: 'ACGT', n: 5, gone: true } };
  expect(takenFrom(fields, execution)).toEqual({ s: '>p\nACGT', n: 5 });
});

it('makes words of names', () => {
  expect(['numModels', 'num_models', 'x', 'maxE-value'].map(inWords)).toEqual([
    'Num models',
    'Num models',
    'X',
    'Max e value',
  ]);
});
