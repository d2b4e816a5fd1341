/** What an execution is called. */
import { describe, expect, test } from 'vitest';
import { fileNameOf, markedName, nameFor } from './title.js';
import type { WorkflowParameter } from './workflow.js';
import type { JsonObject } from '../json/json.js';

const sequence = { name: 'sequence', type: 'fasta' } as WorkflowParameter;
const count = { name: 'count', type: 'integer' } as WorkflowParameter;
const HBA = '>sp|P69905|HBA_HUMAN Hemoglobin\nMVLSP';

describe('the name of an execution', () => {
  test.each([
    ['what was asked for comes first', { asked: ' My fold ' }, 'My fold'],
    ['then the title', { title: '"x" + string(params.count)' }, 'x3'],
    ['a title that says nothing is passed over', { title: '""' }, 'sp|P69905|HBA_HUMAN Hemoglobin'],
    ['one that is no text as well', { title: '1' }, 'sp|P69905|HBA_HUMAN Hemoglobin'],
    ['and one that fails', { title: 'params.none.at' }, 'sp|P69905|HBA_HUMAN Hemoglobin'],
    ['lines and tabs become spaces', { asked: 'a\n\tb\u0000c' }, 'a b c'],
    ['it is cut between characters', { asked: '😀'.repeat(300) }, '😀'.repeat(200)],
    ['what is blank names nothing', { asked: ' \n ', given: { sequence: 'MVLSP' } }, null],
    ['a sequence that is no text names nothing', { given: { sequence: 7 } }, null],
    ['nor does a header without words', { given: { sequence: '>\nMVLSP' } }, null],
    ['nor one that is not there', { given: {} }, null],
  ])('%s', (_, named: { asked?: string; title?: string; given?: JsonObject }, name) => {
    const { title = null, asked, given = { sequence: HBA } } = named;
    const found = nameFor({ title, parameters: [count, sequence] }, { asked, given, resolved: { count: 3 } });
    expect(found).toBe(name);
  });

  test('a synthetic result is marked in the name of its file', () => {
    expect([markedName('a.pdb', false), markedName('a.pdb', true)]).toEqual(['a.pdb', 'synthetic_a.pdb']);
  });

  test.each([
    ['HBA human', 'HBA_human'],
    ['sp|P69905|HBA', 'sp_P69905_HBA'],
    ['Hämoglobin', 'Ha_moglobin'],
    ['../../etc/passwd', 'etc_passwd'],
    ['日本', ''],
    [null, ''],
    ['x'.repeat(99), 'x'.repeat(60)],
  ])('%s in the name of a file is %s', (name, file) => expect(fileNameOf(name)).toBe(file));
});
