import { expect, test } from 'vitest';
import { stepsFor } from './getting-started';

const NOBODY = { edit: false, run: false, operate: false, audit: false };

test.each([
  [
    'an administrator runs what is there, then registers and defines',
    { edit: true, run: true, operate: true, audit: true },
    ['/workflows', '/models/new', '/workflows/new'],
  ],
  ['a user runs, follows and lets programs ask', { run: true }, ['/workflows', '/executions', '/keys']],
  [
    'an operator sees what runs, what is on and what it cost',
    { operate: true, audit: true },
    ['/executions', '/thermal', '/costs'],
  ],
  ['an auditor sees changes, costs and runs', { audit: true }, ['/audit', '/costs', '/executions']],
  ['a key that may nothing is shown nothing', {}, []],
])('%s', (_, may, places) => expect(stepsFor({ ...NOBODY, ...may }).map(({ to }) => to)).toEqual(places));
