import { expect, test } from 'vitest';
import { faultsIn } from '../definitions/definition-checks.js';
import { definitionOf, workflowInput } from '../definitions/definition-input.js';
import { readInstant } from './instants.js';

test.each([
  ['2030-01-31T12:00:00Z', '2030-01-31T12:00:00.000Z'],
  ['2030-01-31T12:00:00+02:00', '2030-01-31T10:00:00.000Z'],
  ['2030-01-31T12:00:00.123456789-0230', '2030-01-31T14:30:00.123Z'],
  ['2030-01-31 12:00', '2030-01-31T12:00:00.000Z'],
  ['2030-01-31T12:00:00', '2030-01-31T12:00:00.000Z'],
  ['2030-01-31', '2030-01-31T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['+012030-01-31T12:00:00Z', '+012030-01-31T12:00:00.000Z'],
])('%s is %s, in any time zone of the process', (text, at) => {
  expect(readInstant(text)?.toISOString()).toBe(at);
});

test.each([
  '',
  'soon',
  'March 7',
  '7',
  '1893456000000',
  '2030-02-30',
  '2030-02-30T12:00:00Z',
  '2030-13-01',
  '2030-01-31T25:00:00Z',
  '-000000-01-01T00:00:00Z',
  '+999999-01-01T00:00:00Z',
])('"%s" is not a timestamp', (text) => {
  expect(readInstant(text)).toBeNull();
});

test.each([
  ['"2030-01-31T12:00:00Z"', false],
  ['"2030-01-" + "31"', false],
  ['params.at', false],
  ['"soon"', true],
  ['7', true],
  ['"2030-02-30"', true],
  ['"9999-12-31T23:59:59-12:00"', true],
  ['1 / 0', false],
])('until %s is checked at save if it is constant', (until, isReported) => {
  const tasks = [{ taskId: 't', name: 'T', type: 'wait', config: { wait: { until } } }];
  const definition = definitionOf(workflowInput.parse({ workflowId: 'w', name: 'W', category: 'c', tasks }));
  expect([...faultsIn(definition)].flat().map(({ path }) => path)).toEqual(
    isReported ? ['tasks.t.config.wait.until'] : [],
  );
});
