import { describe, expect, test } from 'vitest';
import type { Graph } from '../workflows/graph.js';
import { brief, finishOf, graphOf, later, movesOf, NOON, rowsOf } from '../testing/workflow-drawing.js';
import type { ApprovalRule } from '../approvals/rule.js';
import type { Task, WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';

const failed = { error: { code: 'boom', message: 'It broke.' } };

describe('maps', () => {
  //  a -> m* -> z
  const mapped = (map: object = {}, config: object = {}, version: Partial<WorkflowDefinition> = {}): Graph =>
    graphOf(
      'a -> m -> z',
      { m: { config: { map: { over: 'tasks.a.output', ...map }, ...config } } },
      version,
    );
  const over = (output: Task['output']): Task[] => rowsOf('a:succeeded m z', { a: { output } });

  test('expands to one row per item and starts as many as allowed', () => {
    const decided = movesOf(mapped({ maxConcurrency: 2 }), over([5, 6, 7]));
    expect(brief(decided)).toEqual(['expand m', 'release m[0]', 'release m[1]']);
    expect(decided[0]).toMatchObject({ items: [5, 6, 7] });
    expect(brief(movesOf(mapped(), over([5, 6, 7])))).toHaveLength(4);
  });

  test.each([
    [[], ['skip m', 'skip z', 'finish succeeded'], undefined],
    ['text', ['fail m', 'cancel z', 'finish failed'], 'expression_failed'],
    [Array.from({ length: 10_001 }, () => 0), ['fail m', 'cancel z', 'finish failed'], 'map_too_large'],
    [
      Array.from({ length: 9 }, () => 'x'.repeat(2_000_000)),
      ['fail m', 'cancel z', 'finish failed'],
      'map_too_large',
    ],
  ])('not a list, an empty list, or a list that is too long', (output, expected, code) => {
    const decided = movesOf(mapped(), over(output));
    expect(brief(decided)).toEqual(expected);
    expect(decided[0]).toMatchObject(code ? { error: { code } } : {});
  });

  test.each(['["\\u0000"]', '"a😀".split("")'])('items that no row can hold (%s) fail the map', (over) => {
    const graph = graphOf('m -> z', { m: { config: { map: { over } } } });
    const decided = movesOf(graph, rowsOf('m z'));
    expect(brief(decided)).toEqual(['fail m', 'cancel z', 'finish failed']);
    expect(decided[0]).toMatchObject({ error: { code: 'expression_failed' } });
  });

  test('the condition comes first', () => {
    const graph = graphOf('m', { m: { condition: 'false', config: { map: { over: 'nonsense()' } } } });
    expect(brief(movesOf(graph, rowsOf('m')))).toEqual(['skip m', 'finish succeeded']);
  });

  test.each([
    ['m:waiting m[0]:running m[1] m[2]', {}, ['release m[1]', 'release m[2]']],
    ['m:waiting m[0]:running m[1] m[2]', { maxConcurrency: 1 }, []],
    ['m:waiting m[0]:failed m[1] m[2]:running', {}, ['cancel m[1]']],
    [
      'm:waiting m[0]:failed m[1]:ready m[2]:queued',
      {},
      ['fail m', 'cancel m[1]', 'cancel m[2]', 'cancel z', 'finish failed'],
    ],
    ['m:waiting m[0]:failed m[1]:running m[2]', { toleratedFailures: 1 }, ['release m[2]']],
    [
      'm:waiting m[2]:failed m[1]:succeeded m[0]:succeeded',
      { toleratedFailures: 1 },
      ['collect m', 'release z'],
    ],
  ])('%s with %o', (rows, map, expected) => {
    expect(brief(movesOf(mapped(map), rowsOf(`a:succeeded ${rows} z`)))).toEqual(expected);
  });

  test('collects outputs in item order, for the next expressions', () => {
    const rows = rowsOf('a:succeeded m:waiting m[1]:succeeded m[0]:succeeded m[2]:failed z:skipped', {
      'm[0]': { output: 'first' },
      'm[1]': { output: 'second' },
    });
    const graph = mapped({ toleratedFailures: 1 }, {}, { outputMapping: { all: 'tasks.m.output' } });
    expect(finishOf(movesOf(graph, rows))).toMatchObject({ output: { all: ['first', 'second', null] } });
  });

  test('a failed map says how many failed and shows one reason', () => {
    const rows = (change: Partial<Task>): Task[] =>
      rowsOf('a:succeeded m:waiting m[0]:failed m[1]:failed z', { 'm[1]': change });
    expect(movesOf(mapped(), rows(failed))[0]).toMatchObject({
      error: { code: 'map_failed', message: '2 of 2 items failed. Item 1: It broke.' },
    });
    expect(movesOf(mapped(), rows({}))[0]).toMatchObject({ error: { message: '2 of 2 items failed.' } });
  });

  test('a failure elsewhere waits for running items, then ends the map', () => {
    //  m*,  x
    const graph = graphOf('m, x', { m: { config: { map: { over: '[1, 2]' } } } });
    expect(brief(movesOf(graph, rowsOf('m:waiting m[0]:running m[1] x:failed')))).toEqual(['cancel m[1]']);
    const ended = rowsOf('m:waiting m[0]:succeeded m[1]:cancelled x:failed');
    expect(brief(movesOf(graph, ended))).toEqual(['cancel m', 'finish failed']);
  });

  test('a map that is collected in the same call as a failure stays collected', () => {
    //  m*,  x (condition throws)
    const graph = graphOf('m, x', {
      m: { config: { map: { over: '[1]' } } },
      x: { condition: 'params.nope' },
    });
    expect(brief(movesOf(graph, rowsOf('m:waiting m[0]:succeeded x')))).toEqual([
      'collect m',
      'fail x',
      'finish failed',
    ]);
  });
});

describe('waits', () => {
  const waiting = (wait: object): Graph => graphOf('w -> z', { w: { type: 'wait', config: { wait } } });
  test.each([
    [{ seconds: 60 }, later(60), null],
    [{ until: '"2026-01-02T00:00:00Z"' }, new Date('2026-01-02'), null],
    [{ signal: 'go' }, null, 'go'],
    [{ signal: 'go', timeoutSeconds: 60 }, later(60), 'go'],
  ])('%o', (wait, until, signal) => {
    expect(movesOf(waiting(wait), rowsOf('w z'))).toEqual([{ kind: 'wait', taskId: 'w', until, signal }]);
  });

  test('a due timer wakes, even at once', () => {
    const graph = waiting({ seconds: 60 });
    const rows = rowsOf('w:waiting z', { w: { notBefore: later(60) } });
    expect(brief(movesOf(graph, rows, {}, later(59)))).toEqual([]);
    expect(brief(movesOf(graph, rows, {}, later(60)))).toEqual(['wake w', 'release z']);
    expect(brief(movesOf(waiting({ seconds: 0 }), rowsOf('w z')))).toEqual(['wake w', 'release z']);
    expect(brief(movesOf(graphOf('w', { w: { type: 'wait' } }), rowsOf('w')))).toEqual([
      'wake w',
      'finish succeeded',
    ]);
  });

  test.each(['"soon"', '7'])('an invalid timestamp (%s) fails', (until) => {
    expect(movesOf(waiting({ until }), rowsOf('w z'))[0]).toMatchObject({
      error: { code: 'expression_failed' },
    });
  });

  test.each([{ seconds: 1e12 }, { seconds: 1e300 }, { until: '"+020000-01-01T00:00:00Z"' }])(
    'a time that nobody can write down (%o) fails its task',
    (wait) => {
      const decided = movesOf(waiting(wait), rowsOf('w z'));
      expect(brief(decided)).toEqual(['fail w', 'cancel z', 'finish failed']);
      expect(decided[0]).toMatchObject({ error: { code: 'wait_too_long' } });
    },
  );

  test('a time in the past is due now', () => {
    const graph = waiting({ until: '"-000100-01-01T00:00:00Z"' });
    expect(brief(movesOf(graph, rowsOf('w z')))).toEqual(['wake w', 'release z']);
  });

  test('a wait that ended at once stays ended if a failure comes up in the same call', () => {
    //  w -> x (condition throws),  z
    const graph = graphOf('w -> x, z', { w: { type: 'wait' }, x: { condition: 'params.nope' } });
    expect(brief(movesOf(graph, rowsOf('w x z')))).toEqual(['wake w', 'fail x', 'cancel z', 'finish failed']);
  });

  describe('for a signal', () => {
    const signal = (id: number, name: string) => ({ id, name, payload: { said: id } });
    const two = graphOf('w -> x', {
      w: { type: 'wait', config: { wait: { signal: 'go', timeoutSeconds: 60 } } },
      x: { type: 'wait', config: { wait: { signal: 'go' } } },
    });

    test.each([
      ['w:waiting x', [], []],
      ['w:waiting x', [signal(7, 'stop')], []],
      ['w:waiting x', [signal(7, 'go')], ['receive w', 'wait x']],
      ['w x', [signal(7, 'go')], ['receive w', 'wait x']],
      [
        'w x',
        [signal(7, 'stop'), signal(8, 'go'), signal(9, 'go')],
        ['receive w', 'receive x', 'finish succeeded'],
      ],
      ['w:succeeded x:waiting', [signal(9, 'go')], ['receive x', 'finish succeeded']],
    ])('%s, with %o kept', (rows, signals, expected) => {
      expect(brief(movesOf(two, rowsOf(rows), { signals }))).toEqual(expected);
    });

    test('it is taken once, the oldest first, and its payload is the output of the task', () => {
      const decided = movesOf(two, rowsOf('w x'), { signals: [signal(8, 'go'), signal(9, 'go')] });
      expect(decided.slice(0, 2)).toEqual([
        { kind: 'receive', taskId: 'w', signal: signal(8, 'go') },
        { kind: 'receive', taskId: 'x', signal: signal(9, 'go') },
      ]);
      const reads = graphOf('w -> z', {
        w: { type: 'wait', config: { wait: { signal: 'go' } } },
        z: { condition: 'tasks.w.output.said == 8' },
      });
      expect(brief(movesOf(reads, rowsOf('w z'), { signals: [signal(8, 'go')] }))).toEqual([
        'receive w',
        'release z',
      ]);
    });

    test('its time limit fails the task, unless the signal is there', () => {
      const rows = rowsOf('w:waiting x', { w: { notBefore: later(60) } });
      expect(brief(movesOf(two, rows, {}, later(59)))).toEqual([]);
      const late = movesOf(two, rows, {}, later(60));
      expect(brief(late)).toEqual(['fail w', 'cancel x', 'finish failed']);
      expect(late[0]).toMatchObject({ error: { code: 'signal_timeout' } });
      expect(brief(movesOf(two, rows, { signals: [signal(1, 'go')] }, later(60)))).toEqual([
        'receive w',
        'wait x',
      ]);
    });

    test('a paused execution begins no wait, and a wait that has begun ends', () => {
      const paused = { status: 'paused' as const, signals: [signal(1, 'go')] };
      expect(brief(movesOf(two, rowsOf('w x'), paused))).toEqual([]);
      expect(brief(movesOf(two, rowsOf('w:waiting x'), paused))).toEqual(['receive w']);
    });
  });

  describe('an approval', () => {
    const asks = (approval?: ApprovalRule, more: Partial<WorkflowTask> = {}): Graph =>
      graphOf('ok -> z', { ok: { type: 'approval', config: approval ? { approval } : {}, ...more } });
    const approval = { text: null, facts: null, approvers: ['tenant_user'], allowSelf: true, until: null };

    test('shows what it is about, and waits', () => {
      expect(movesOf(asks(), rowsOf('ok z'))).toEqual([{ kind: 'request', taskId: 'ok', approval }]);
      const graph = asks({ text: '"Go?"', timeoutSeconds: 60 }, { inputMapping: { id: 'execution.id' } });
      expect(movesOf(graph, rowsOf('ok z'))).toEqual([
        {
          kind: 'request',
          taskId: 'ok',
          approval: { ...approval, text: 'Go?', facts: { id: 'x1' }, until: later(60) },
        },
      ]);
      expect(brief(movesOf(graph, rowsOf('ok z'), { status: 'paused' }))).toEqual([]);
    });

    test('that cannot say what it is about fails', () => {
      for (const graph of [asks({ text: 'params.gone' }), asks({}, { inputMapping: { a: 'params.gone' } })]) {
        const decided = movesOf(graph, rowsOf('ok z'));
        expect(brief(decided)).toEqual(['fail ok', 'cancel z', 'finish failed']);
        expect(decided[0]).toMatchObject({ error: { code: 'expression_failed' } });
      }
    });

    test.each<[ApprovalRule | undefined, string[], object]>([
      [undefined, ['fail ok', 'cancel z', 'finish failed'], { error: { code: 'approval_timeout' } }],
      [
        { defaultOutcome: 'rejected' },
        ['fail ok', 'cancel z', 'finish failed'],
        { error: { code: 'rejected' } },
      ],
      [{ defaultOutcome: 'approved' }, ['decide ok', 'release z'], { output: { outcome: 'approved' } }],
    ])('that nobody decides in time ends by its rule %o', (rule, expected, first) => {
      const rows = rowsOf('ok:waiting z', { ok: { notBefore: later(60) } });
      expect(movesOf(asks(rule), rows, {}, later(59))).toEqual([]);
      const decided = movesOf(asks(rule), rows, {}, later(60));
      expect(brief(decided)).toEqual(expected);
      expect(decided[0]).toMatchObject(first);
    });

    test('is read by what follows it in the same decision', () => {
      const rule: ApprovalRule = { defaultOutcome: 'rejected', onRejection: 'succeed' };
      const graph = graphOf('ok -> z', {
        ok: { type: 'approval', config: { approval: rule } },
        z: { condition: 'tasks.ok.output.outcome == "approved"' },
      });
      const rows = rowsOf('ok:waiting z', { ok: { notBefore: NOON } });
      expect(brief(movesOf(graph, rows))).toEqual(['decide ok', 'skip z', 'finish succeeded']);
    });
  });

  test('a child workflow is spawned and waited for', () => {
    const graph = graphOf('c -> z', { c: { type: 'workflow', config: { workflowId: 'child' } } });
    expect(movesOf(graph, rowsOf('c z'))).toEqual([{ kind: 'spawn', taskId: 'c', mapIndex: null }]);
    expect(movesOf(graph, rowsOf('c:waiting z', { c: { notBefore: NOON } }), {}, later(1))).toEqual([]);
    expect(brief(movesOf(graph, rowsOf('c:failed z')))).toEqual(['cancel z', 'finish failed']);
  });

  test.each([
    [undefined, 100],
    [3, 3],
  ])('a map of child workflows has a limit: %s', (maxConcurrency, most) => {
    const map = { over: 'params.list', ...(maxConcurrency && { maxConcurrency }) };
    const graph = graphOf('c', { c: { type: 'workflow', config: { workflowId: 'child', map } } });
    const list = Array.from({ length: 150 }, (_, nth) => nth);
    const moves = movesOf(graph, rowsOf('c'), { parameters: { list } });
    expect(brief(moves)).toEqual(['expand c', ...list.slice(0, most).map((nth) => `spawn c[${nth}]`)]);
    const one = rowsOf('c:waiting c[0]:waiting c[1]:succeeded c[2]');
    expect(brief(movesOf(graph, one))).toEqual(['spawn c[2]']);
  });
});
