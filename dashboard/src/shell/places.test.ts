import { expect, it } from 'vitest';
import { needOf } from './places';

it.each([
  ['/', null],
  ['/executions', null],
  ['/executions/compare', null],
  ['/approvals', 'payloads'],
  ['/approvals/1', 'payloads'],
  ['/models', null],
  ['/models/alphafold2', null],
  ['/models/new', 'edit'],
  ['/workflows/new', 'edit'],
  ['/workflows/fold', null],
  ['/workflows/fold/edit', 'edit'],
  ['/workflows/fold/run', 'run'],
  ['/schedules', null],
  ['/schedules/new', 'run'],
  ['/schedules/1', null],
  ['/schedules/1/edit', 'run'],
  ['/triggers', null],
  ['/triggers/1', null],
  ['/queue', 'audit'],
  ['/thermal', 'audit'],
  ['/licences', 'audit'],
  ['/costs', 'costs'],
  ['/audit', 'audit'],
  ['/keys', null],
  ['/nowhere', null],
])('%s needs %s', (path, need) => {
  expect(needOf(path)).toBe(need);
});
