import { describe, expect, test } from 'vitest';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import { parseGraph } from '../workflows/graph.js';
import { waitersFor } from './signals.js';

const wait = (config: object) => ({ type: 'wait' as const, config: { wait: config } });
const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
const graph = parseGraph(
  drawWorkflow('a -> b -> c', {
    a: wait({ signal: 'go', schema }),
    b: wait({ signal: 'go', schema }),
    c: wait({ signal: 'stop' }),
  }),
);

describe('a signal', () => {
  test('is for the tasks that wait for its name', () => {
    expect(waitersFor(graph, 'go', { ok: true })).toEqual(['a', 'b']);
    expect(waitersFor(graph, 'stop', null)).toEqual(['c']);
  });

  test('that no task waits for is refused with the names that it may have', () => {
    expect(() => waitersFor(graph, 'gone', null)).toThrow(
      expect.objectContaining({
        code: 'unknown_signal',
        faults: [{ path: 'body.name', message: 'is not a signal of this workflow: it waits for go, stop' }],
      }),
    );
    expect(() => waitersFor(parseGraph(drawWorkflow('z')), 'go', null)).toThrow(
      expect.objectContaining({
        faults: [expect.objectContaining({ message: expect.stringContaining('for none') })],
      }),
    );
  });

  test.each([
    ['go', {}, 'body.payload.ok'],
    ['go', { ok: 'yes' }, 'body.payload.ok'],
    ['stop', { deep: [{ $file: { key: 'other' } }] }, 'body.payload'],
    ['stop', { $blob: { key: 'other' } }, 'body.payload'],
  ])('%s with %o is refused', (name, payload, path) => {
    expect(() => waitersFor(graph, name, payload)).toThrow(
      expect.objectContaining({ code: 'invalid_payload', faults: [expect.objectContaining({ path })] }),
    );
  });
});
