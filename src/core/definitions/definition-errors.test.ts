/** All errors and warnings of a definition, at once and with their places; the first ones of too many. */
import { describe, expect, test } from 'vitest';
import { validateDefinition, type Registry } from './definition-errors.js';
import { SMALL } from '../testing/small-workflow.js';

const KNOWN: Registry = {
  models: new Map([
    ['fold', { enabled: true }],
    ['old', { enabled: false }],
  ]),
  workflows: new Map([
    ['child', { children: [], handler: null }],
    ['above', { children: ['w'], handler: null }],
    ['handled', { children: [], handler: 'w' }],
  ]),
};
const reported = (change: object) => {
  const { faults } = validateDefinition({ ...SMALL, ...change }, KNOWN);
  return faults.map(({ path, message, taskId }) => `${taskId ?? '-'} ${path}: ${message}`);
};

describe('faults', () => {
  test('none', () => {
    expect(validateDefinition(SMALL, KNOWN)).toEqual({ faults: [], warnings: [] });
  });

  test('all at once: missing texts, the graph, expressions, models and parameters', () => {
    const tasks = [
      { taskId: 'a', name: '', type: 'task', modelId: 'ghost', dependsOn: ['b'] },
      { taskId: 'b', name: 'B', type: 'task', dependsOn: ['a', 'a'], condition: 'nobody' },
      {
        taskId: 'b c',
        name: 'B',
        type: 'workflow',
        config: { workflowId: 'none', fallbackModelId: 'ghost' },
      },
      { taskId: 'd', name: 'D', type: 'workflow', config: { workflowId: 'child', fallbackModelId: 'fold' } },
    ];
    const parameters = [
      { name: 'p', type: 'integer', default: 1.5 },
      { name: 'p', type: 'string', uiComponent: '' },
      { name: 'q', type: 'string', default: 'x', validation: { pattern: '(?=a)' } },
    ];
    expect(reported({ name: '', version: '!', tasks, parameters })).toEqual([
      '- name: must not be empty',
      '- version: must be letters, digits, dots, pluses and dashes, like 1.0.0, at most 20',
      'a tasks.a.name: must not be empty',
      'b c tasks.b c.taskId: must be letters, digits and underscores, no digit first, at most 100, and not constructor, prototype or __proto__',
      '- parameters.1.uiComponent: must not be empty',
      'b tasks.b.dependsOn: a is named twice',
      '- tasks: a cycle: a -> b -> a',
      'b tasks.b.condition: The expression "nobody" failed: Unknown variable: nobody.',
      '- parameters.q.validation.pattern: this is not a valid RE2 pattern',
      'a tasks.a.modelId: there is no model ghost',
      'b tasks.b.modelId: is needed: choose a model',
      'b c tasks.b c.config.fallbackModelId: there is no model ghost',
      'b c tasks.b c.config.workflowId: there is no workflow none',
      '- parameters.p.default: must be a whole number',
      '- parameters.p: this name is used twice',
    ]);
  });

  test('a value of the wrong type is reported with its path, without further checks', () => {
    expect(
      reported({
        tasks: [{ taskId: 'a', name: 'A', type: 'dance', stray: 1, config: { onFailure: 'cry' } }],
      }),
    ).toEqual([
      'a tasks.a.type: must be one of task, validation, transform, wait, approval, workflow',
      'a tasks.a.config.onFailure: must be one of fail, continue',
      'a tasks.a.stray: is not a known key',
    ]);
    expect(reported({ tasks: [null], parameters: [{ type: 'x' }] })[0]).toMatch(/^- tasks\.0: /);
    expect(reported({ tasks: 'none' })[0]).toMatch(/^- tasks: /);
    expect(reported({ tasks: ['a'] })[0]).toMatch(/^- tasks\.0: /);
    expect(validateDefinition(null, KNOWN).faults).toHaveLength(1);
    expect(reported({ name: 'a\0' })).toEqual(['- name: holds a NUL character']);
    expect(reported({ parameters: [{ name: 'p', type: 'thing' }] })).toEqual([
      '- parameters.p.type: must be one of string, number, integer, boolean, array, object, fasta',
    ]);
  });

  test.each<[object, string]>([
    [{ roles: ['operator'] }, 'roles.0: must be one of tenant_admin, tenant_user'],
    [{ users: ['ada'] }, 'users.0: '],
    [{ users: Array.from({ length: 51 }, (_, n) => `u${n}@lab.test`) }, 'users: '],
    [{ text: '' }, 'text: must not be empty'],
    [{ text: 'x'.repeat(10_001) }, 'text: '],
    [{ form: 1 }, 'form: must be an object'],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds: must be between 1 and 31536000'],
    [{ timeoutSeconds: 1e9 }, 'timeoutSeconds: must be between 1 and 31536000'],
    [
      { timeoutSeconds: 60, defaultOutcome: 'maybe' },
      'defaultOutcome: must be one of approved, rejected, fail',
    ],
    [{ onRejection: 'continue' }, 'onRejection: must be one of fail, succeed'],
    [{ allowSelf: 'no' }, 'allowSelf: must be true or false'],
    [{ approvers: [] }, 'approvers: is not a known key'],
  ])('an approval %o is refused', (approval, expected) => {
    const tasks = [{ taskId: 'a', name: 'A', type: 'approval', config: { approval } }];
    expect(reported({ tasks })).toEqual([expect.stringContaining(`a tasks.a.config.approval.${expected}`)]);
  });

  test('warnings: time limits that do not count and disabled models', () => {
    const tasks = [
      { taskId: 'a', name: 'A', type: 'workflow', config: { workflowId: 'child' } },
      { taskId: 'e', name: 'E', type: 'approval', config: { approval: { timeoutSeconds: 3600 } } },
      { taskId: 'b', name: 'B', type: 'wait', config: { wait: { signal: 's' } } },
      { taskId: 'c', name: 'C', type: 'task', modelId: 'old' },
      { taskId: 'd', name: 'D', type: 'wait', config: { wait: { seconds: 1 } } },
    ];
    const { faults, warnings } = validateDefinition({ ...SMALL, tasks }, KNOWN);
    expect(faults).toEqual([]);
    expect(warnings.map(({ taskId, path }) => [taskId, path])).toEqual([
      ['e', 'tasks.e.config.approval.timeoutSeconds'],
      ['c', 'tasks.c.modelId'],
    ]);
  });

  describe('a parameter that an expression reads', () => {
    const parameters = [
      { name: 'sure', type: 'string', default: 'x' },
      { name: 'maybe', type: 'string' },
    ];
    const schemas = {
      inputSchema: { type: 'object', properties: { asked: {}, must: {} }, required: ['must'] },
      defaultParameters: { preset: 1 },
    };
    /** In each place that holds expressions. */
    const places: [path: string, change: (source: string) => object][] = [
      ['tasks.b.condition', (source) => ({ condition: `${source} == 1` })],
      ['tasks.b.inputMapping', (source) => ({ inputMapping: { deep: [{ er: source }] } })],
      ['tasks.b.outputMapping', (source) => ({ outputMapping: { a: source } })],
      ['tasks.b.config.map.over', (source) => ({ config: { map: { over: source } } })],
      ['tasks.b.config.wait.until', (source) => ({ type: 'wait', config: { wait: { until: source } } })],
      [
        'tasks.b.config.checks',
        (source) => ({ type: 'validation', config: { checks: [{ check: 'present', value: source }] } }),
      ],
    ];
    const judged = (task: object, more: object = {}) => {
      const tasks = [...SMALL.tasks, { taskId: 'b', name: 'B', type: 'transform', ...task }];
      const { faults, warnings } = validateDefinition(
        { ...SMALL, parameters, ...schemas, tasks, ...more },
        KNOWN,
      );
      const words = (found: typeof faults) =>
        found.map(({ path, message }) => `${path}: ${message.split(/[;:]/)[0]}`);
      return { faults: words(faults), warnings: words(warnings) };
    };

    test.each(places)('must exist: %s', (path, change) => {
      for (const source of [
        'params.ghost',
        'params["ghost"]',
        'params.?ghost.orValue(1)',
        '[1].map(x, params.ghost)[0]',
      ])
        expect(judged(change(source)).faults, source).toEqual([`${path}: there is no parameter ghost`]);
      for (const known of ['sure', 'must', 'preset'])
        expect(judged(change(`params.${known}`)), known).toEqual({ faults: [], warnings: [] });
      expect(judged(change('params.maybe'))).toEqual({
        faults: [],
        warnings: [`${path}: fails if maybe is left out`],
      });
    });

    test.each([
      'has(params.maybe) ? params.maybe : 1',
      'params.?maybe.orValue("")',
      'params[?"asked"].orValue("")',
      '"asked" in params && params.asked == 1',
      'size(params)',
      'params[tasks.a.output.name]',
    ])('may be read as optional: %s', (source) => {
      expect(judged({ dependsOn: ['a'], inputMapping: { x: source } })).toEqual({ faults: [], warnings: [] });
    });

    test('is not searched in an invalid expression', () => {
      expect(judged({ condition: 'params.ghost ==' }).faults).toHaveLength(1);
    });

    test('is also checked in the output mapping of the workflow, and the message lists the known ones', () => {
      for (const where of [{ outputMapping: { x: 'params.ghost' } }, { title: 'params.ghost' }])
        expect(judged({}, where).faults).toEqual([`${Object.keys(where)[0]}: there is no parameter ghost`]);
      const message = (given: object) =>
        validateDefinition({ ...SMALL, outputMapping: { x: 'params.ghost' }, ...given }, KNOWN).faults[0]
          ?.message;
      expect(message({})).toBe('there is no parameter ghost; this workflow has none');
      expect(message({ parameters: [{ name: 'one', type: 'string' }] })).toBe(
        'there is no parameter ghost; there are one',
      );
      const many = Array.from({ length: 12 }, (_, n) => ({ name: `p${n}`, type: 'string' }));
      expect(message({ parameters: many })).toMatch(/p9, …$/);
    });
  });
});

describe('only the first of many faults are reported, and the check stops', () => {
  const COUNT = 1_000;
  const task = (at: number, more: object = {}): object => ({
    taskId: `t${at}`,
    name: 'T',
    type: 'transform',
    ...more,
  });
  const many = (make: (at: number) => unknown): object => ({
    ...SMALL,
    parameters: [],
    tasks: Array.from({ length: COUNT }, (_, at) => make(at)),
  });

  test.each<[string, object]>([
    ['no tasks', many(() => 0)],
    ['names that are missing', many((at) => task(at, { name: '' }))],
    ['types that do not exist', many((at) => task(at, { type: 'nope' }))],
    ['models that do not exist', many((at) => task(at, { type: 'task', modelId: 'nobody' }))],
    ['one id for all', many(() => task(1))],
    ['expressions that cannot be read', many((at) => task(at, { condition: `nobody${at} >` }))],
    ['tasks that come later', many((at) => task(at, { condition: 'tasks.t999.status == "failed"' }))],
    ['dependencies on nobody', many((at) => task(at, { dependsOn: [`n${at}`] }))],
    ['parameters that do not exist', many((at) => task(at, { inputMapping: { a: `params.p${at}` } }))],
    ['unknown keys', many((at) => task(at, { [`k${at}`]: 1 }))],
    ['texts that cannot be kept', many((at) => task(at, { description: '\0' }))],
    ['schemas', many((at) => task(at, { type: 'validation', config: { schema: { type: `t${at}` } } }))],
  ])('%s', (_, given) => {
    const { faults } = validateDefinition(given, KNOWN);
    expect(faults.length).toBeGreaterThanOrEqual(100);
    expect(faults.length).toBeLessThanOrEqual(101);
    if (faults.length === 101)
      expect(faults[100]).toEqual({ path: '', message: 'only the first 100 faults are listed' });
  });

  test('warnings too', () => {
    const given = many((at) => task(at, { inputMapping: { a: `params.p${at}` } }));
    const parameters = Array.from({ length: COUNT }, (_, at) => ({ name: `p${at}`, type: 'string' }));
    expect(validateDefinition({ ...given, parameters }, KNOWN).warnings).toHaveLength(101);
  });
});

test('a workflow must not run itself, also not by another', () => {
  const run = (workflowId: string) => ({ taskId: 'r', name: 'R', type: 'workflow', config: { workflowId } });
  expect(reported({ tasks: [run('child')] })).toEqual([]);
  expect(reported({ tasks: [run('above')] })).toEqual([
    '- tasks: the workflow would run itself: w -> above -> w',
  ]);
});

test('failures are handled by a workflow that exists, and whose start cannot come back', () => {
  expect(reported({ onFailure: { workflowId: 'child' } })).toEqual([]);
  expect(reported({ onFailure: null })).toEqual([]);
  expect(reported({ onFailure: { workflowId: 'none' } })).toEqual([
    '- onFailure.workflowId: there is no workflow none',
  ]);
  expect(reported({ onFailure: { workflowId: 'w' } })).toEqual([
    '- onFailure.workflowId: a failure of the workflow would start it again: w -> w',
  ]);
  for (const by of ['above', 'handled'])
    expect(reported({ onFailure: { workflowId: by } })).toEqual([
      `- onFailure.workflowId: a failure of the workflow would start it again: w -> ${by} -> w`,
    ]);
  const tasks = [{ taskId: 'r', name: 'R', type: 'workflow', config: { workflowId: 'handled' } }];
  expect(reported({ tasks })).toContain(
    '- tasks: a failure of the workflow would start it again: w -> handled -> w',
  );
});

test('the output of a sub-workflow is taken as it is', () => {
  const outputMapping = { n: 'output.n' };
  const task = { taskId: 'r', name: 'R', type: 'workflow', config: { workflowId: 'child' }, outputMapping };
  expect(reported({ tasks: [task] })).toEqual([
    'r tasks.r.outputMapping: is not applied: shape the output in the other workflow, or in a transform after it',
  ]);
});
