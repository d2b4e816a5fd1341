/** A definition as it is written becomes one that runs, and is read back unchanged. */
import { describe, expect, test } from 'vitest';
import { definitionOf, inputOf, isSameWorkflow, nextVersion, workflowInput } from './definition-input.js';
import { SMALL } from '../testing/small-workflow.js';

describe('an input', () => {
  test('gets defaults and a graph, and is read back unchanged', () => {
    const input = workflowInput.parse({
      ...SMALL,
      tasks: [...SMALL.tasks, { taskId: 'b', name: 'B', type: 'transform', dependsOn: ['a'] }],
    });
    const definition = definitionOf(input, '1.0.0');
    expect(definition).toMatchObject({
      id: 'w',
      version: '1.0.0',
      timeout: 3600,
      maxRetries: 3,
      dag: {
        nodes: [
          { id: 'a', type: 'task', modelId: 'fold' },
          { id: 'b', type: 'transform' },
        ],
        edges: [{ from: 'a', to: 'b' }],
      },
      tasks: [
        { condition: null, timeout: 300 },
        { dependsOn: ['a'], config: {} },
      ],
    });
    expect(inputOf(definition)).toEqual(JSON.parse(JSON.stringify(input)));
    expect(definitionOf(input).version).toBe('');
    expect(isSameWorkflow(definition, definitionOf(input, '2.0.0'))).toBe(true);
    expect(isSameWorkflow(definition, { ...definition, timeout: 1 })).toBe(false);
  });

  test.each([
    ['1.0.0', [], '1.0.1'],
    ['1.0.9', ['1.0.10', '1.0.11'], '1.0.12'],
    ['draft', [], 'draft.1'],
    ['7', [], '8'],
  ])('after %s, with %o taken, comes %s', (version, taken, next) => {
    expect(nextVersion(version, new Set(taken))).toBe(next);
  });
});
