import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { Execution, Task } from './api.js';
import { changesBetween } from './changes.js';
import type { View } from './follow.js';
import { draw } from './picture.js';

const now = new Date('2026-01-01T00:00:12.300Z');
const startedAt = '2026-01-01T00:00:00.000Z';

const task = (taskId: string, name: string, changes: Partial<Task> = {}): Task => ({
  taskId,
  name,
  modelId: 'alphafold2',
  mapIndex: null,
  status: 'pending',
  attempt: 1,
  queuedMs: null,
  durationMs: null,
  costUsd: '0.00',
  startedAt: null,
  error: null,
  approvalId: null,
  ...changes,
});

const tasks = [
  task('validate', 'Validate input', {
    modelId: null,
    status: 'succeeded',
    queuedMs: 9,
    durationMs: 12,
    costUsd: '0.34',
  }),
  task('msa', 'MSA generation', { status: 'running', attempt: 2, queuedMs: 3_100, startedAt }),
  task('fold', 'Structure prediction'),
];

const view = (changes: Partial<Execution> = {}, currentThermalState: 'HOT' | 'WARMING' = 'HOT'): View => ({
  execution: {
    id: 'e1',
    workflowId: 'protein_folding',
    status: 'running',
    output: null,
    error: null,
    cost: { estimatedUsd: '5.880000000', actualUsd: '2.625000000' },
    waiting: null,
    createdAt: startedAt,
    durationMs: null,
    tasks,
    ...changes,
  },
  models: new Map([['alphafold2', { displayName: 'AlphaFold 2', currentThermalState }]]),
});

const plain = (width: number, shown = view()) => draw(shown, { width, colour: false, now });

it('draws everything if it fits', () => {
  expect(plain(119)).toEqual([
    'protein_folding  running  12.3 s',
    '',
    'TASK                  STATUS     TRY    WAITED      TIME    COST  MODEL        HEAT',
    'Validate input        succeeded    1      9 ms     12 ms   $0.34',
    'MSA generation        running      2     3.1 s    12.3 s          AlphaFold 2  HOT',
    'Structure prediction  pending                                     AlphaFold 2  HOT',
    '',
    '',
    'Cost $2.63 of $5.88 estimated',
  ]);
});

it.each([
  [79, 'TASK                  STATUS     TRY      TIME    COST  MODEL        HEAT'],
  [70, 'TASK                  STATUS     TRY      TIME    COST  HEAT'],
  [60, 'TASK                  STATUS     TRY      TIME    COST'],
  [50, 'TASK                  STATUS         TIME    COST'],
  [42, 'TASK                  STATUS         TIME'],
  [32, 'TASK                  STATUS'],
  [25, 'TASK                  STA'],
])('keeps what matters most in %i cells', (width, header) => {
  expect(plain(width)[2]).toBe(header);
});

it.each([1, 10, 33, 80, 200])('never draws beyond %i cells, nor control characters', (width) => {
  const waiting = { reason: 'Waiting for \u001b[2J AlphaFold 2\nto warm, and then for a good while longer.' };
  const lines = draw(view({ waiting }), { width, colour: true, now });
  for (const line of lines) {
    expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(width);
    expect(line).not.toContain('\u001b[2J');
    expect(line).not.toContain('\n');
  }
});

it('adds only colour codes to the drawing', () => {
  const coloured = draw(view(), { width: 80, colour: true, now });
  expect(coloured.join()).toContain('\u001b[36mrunning');
  expect(coloured.map((line) => stripVTControlCharacters(line).trimEnd())).toEqual(plain(80));
});

it('says why it waits, in the same number of lines', () => {
  const lines = plain(80, view({ waiting: { reason: 'Waiting for AlphaFold 2 to warm, about 3 s.' } }));
  expect(lines.at(-2)).toBe('Waiting for AlphaFold 2 to warm, about 3 s.');
  expect(lines).toHaveLength(plain(80).length);
});

it('reports each change once', () => {
  const waiting = (seconds: number) => ({ reason: `Waiting for AlphaFold 2 to warm, about ${seconds} s.` });
  const first = view({ waiting: waiting(3), tasks: [] }, 'WARMING');
  const lines = (before: View | undefined, after: View) =>
    changesBetween(before, after, now).map((line) => line.trimStart());
  expect(lines(undefined, first)).toEqual([
    '12.3 s  protein_folding running',
    '12.3 s  AlphaFold 2 is WARMING',
    '12.3 s  Waiting for AlphaFold 2 to warm, about 3 s.',
  ]);
  expect(lines(first, view({ waiting: waiting(2), tasks: [] }, 'WARMING'))).toEqual([]);
  expect(lines(first, view())).toEqual([
    '12.3 s  AlphaFold 2 is HOT',
    '12.3 s  Validate input: succeeded, 12 ms, $0.34',
    '12.3 s  MSA generation: running, attempt 2',
  ]);
});
