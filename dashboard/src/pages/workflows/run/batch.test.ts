import { describe, expect, test } from 'vitest';
import type { Field } from '../../../parts/form/fields';
import { recordsIn } from '../../../parts/form/formats/sequence';
import { batchIn, executionsOf, errorsInBatch, labelOf } from './batch';

const field = (name: string, type = 'fasta') => ({ name, type }) as Field;
const TWO = '>one first\nACDE\nFG\n\n>two\nHIK\n';

describe('records', () => {
  test.each([
    ['', []],
    ['ACDE', ['ACDE']],
    ['ACDE\nFG', ['ACDE\nFG']],
    [TWO, ['>one first\nACDE\nFG', '>two\nHIK']],
    ['ACDE\r\n>two\r\nHIK', ['ACDE', '>two\nHIK']],
    ['>only a header', ['>only a header']],
  ])('%j are separate records', (text, records) => expect(recordsIn(text)).toEqual(records));
});

describe('a batch', () => {
  test('is what holds several records in one field', () => {
    expect(batchIn([field('s'), field('n', 'integer')], { s: TWO, n: 3 })).toEqual({
      field: 's',
      records: ['>one first\nACDE\nFG', '>two\nHIK'],
    });
    expect(batchIn([field('s')], { s: '>one\nAC' })).toBeNull();
    expect(batchIn([field('s', 'string')], { s: TWO })).toBeNull();
    expect(batchIn([field('s'), field('t')], { s: TWO, t: TWO })).toBeNull();
  });

  test('requests one execution for each record, with a common tag', () => {
    const batch = { field: 's', records: ['>a\nAC', '>b\nDE'] };
    const asked = executionsOf(
      batch,
      { parameters: { s: TWO, n: 1 }, tags: ['mine'], priority: 2 } as never,
      'batch-1',
    );
    expect(asked).toEqual([
      { parameters: { s: '>a\nAC', n: 1 }, tags: ['mine', 'batch-1'], priority: 2 },
      { parameters: { s: '>b\nDE', n: 1 }, tags: ['mine', 'batch-1'], priority: 2 },
    ]);
    const named = executionsOf(batch, { parameters: {}, name: 'n'.repeat(196) }, 'batch-1');
    expect(named.map(({ name }) => name)).toEqual([`${'n'.repeat(196)} a`, `${'n'.repeat(196)} b`]);
    const long = executionsOf(
      { ...batch, records: ['AC', `>${'x'.repeat(60)}`] },
      { parameters: {}, name: 'n'.repeat(190) },
      't',
    );
    expect(long.map(({ name = '' }) => [name.length, name.slice(190, 199)])).toEqual([
      [199, ' Record 1'],
      [200, ` ${'x'.repeat(8)}`],
    ]);
    expect(errorsInBatch({ s: 'must hold one sequence', n: 'is required' }, batch)).toEqual({
      n: 'is required',
    });
    expect(errorsInBatch({ s: 'wrong' }, null)).toEqual({ s: 'wrong' });
  });

  test('calls a record by its header, else by its place', () => {
    expect(labelOf('>sp|P1 Some protein\nAC', 0)).toBe('sp|P1 Some protein');
    expect(labelOf('ACDE', 2)).toBe('Record 3');
  });
});
