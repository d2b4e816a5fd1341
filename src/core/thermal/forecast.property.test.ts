import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { forecastNeeds } from './forecast.js';
import type { LiveExecution, LiveTask } from './remaining-time.js';
import { graphOf, later, NOON } from '../testing/workflow-drawing.js';
import { JOIN_RULES, type WorkflowTask } from '../workflows/workflow.js';

const begun = fc.constantFrom<LiveTask['status']>('pending', 'ready', 'queued', 'running', 'succeeded');
const anyTask = fc.record({
  reach: fc.array(fc.nat(6), { maxLength: 3 }),
  join: fc.constantFrom(...JOIN_RULES),
  seconds: fc.nat(500),
  spreadSeconds: fc.nat(50),
  elapsed: fc.nat(600),
  status: begun,
});

/** A task begins only when everything before it has ended, as in the ledger. */
function anyExecution(tasks: readonly (typeof anyTask extends fc.Arbitrary<infer T> ? T : never)[]) {
  const details: Record<string, Partial<WorkflowTask>> = {};
  const statuses = new Map<string, LiveTask['status']>();
  for (const [index, { reach, join, status }] of tasks.entries()) {
    const dependsOn = [
      ...new Set(reach.filter((back) => back < index).map((back) => `t${index - 1 - back}`)),
    ];
    const may = dependsOn.every((id) => statuses.get(id) === 'succeeded');
    details[`t${index}`] = { modelId: 'gpu', dependsOn, config: { join } };
    statuses.set(`t${index}`, may ? status : 'pending');
  }
  const of = (id: string) => tasks[Number(id.slice(1))] as (typeof tasks)[number];
  const ids = [...statuses.keys()];
  const rows = ids.map((taskId): LiveTask => ({
    taskId,
    mapIndex: null,
    status: statuses.get(taskId) ?? 'pending',
    modelId: 'gpu',
    runningSince: later(-of(taskId).elapsed),
  }));
  const execution = { id: 'x1', graph: graphOf(ids.join(','), details), tasks: rows, expected: of };
  const open = (id: string): boolean => statuses.get(id) !== 'succeeded';
  const ancestors = (id: string): Set<string> =>
    new Set(execution.graph.dependencies(id).flatMap((from) => [from, ...ancestors(from)]));
  return { execution, of, open, ancestors };
}
const anyTasks = fc.array(anyTask, { minLength: 1, maxLength: 12 });
const needsOf = (execution: LiveExecution, now = NOON) => forecastNeeds([execution], now).get('gpu') ?? [];

test('a need is never in the past, and never later than the sum of all open tasks before it', () => {
  fc.assert(
    fc.property(anyTasks, (tasks) => {
      const { execution, of, open, ancestors } = anyExecution(tasks);
      for (const { taskId, at, uncertaintySeconds } of needsOf(execution)) {
        const before = [...ancestors(taskId)].filter(open).map(of);
        const most = before.reduce((sum, { seconds }) => sum + seconds, 0);
        const spread = before.reduce((sum, { spreadSeconds }) => sum + spreadSeconds, 0);
        expect(at >= NOON && at <= later(most)).toBe(true);
        expect(uncertaintySeconds).toBeLessThanOrEqual(spread + 1e-9);
      }
    }),
  );
});

test('as time passes, an expected time stays or moves later, and is never in the past', () => {
  fc.assert(
    fc.property(anyTasks, fc.nat(600), (tasks, passed) => {
      const { execution } = anyExecution(tasks);
      const sooner = new Map(needsOf(execution).map(({ taskId, at }) => [taskId, at]));
      const then = needsOf(execution, later(passed));
      expect(then).toHaveLength(sooner.size);
      for (const { taskId, at } of then) {
        const first = sooner.get(taskId) as Date;
        expect(at >= first && at.getTime() <= first.getTime() + passed * 1000).toBe(true);
      }
    }),
  );
});

test('ended tasks add nothing', () => {
  fc.assert(
    fc.property(anyTasks, fc.nat(9999), (tasks, seconds) => {
      const { execution, of, open } = anyExecution(tasks);
      const expected = (id: string) => (open(id) ? of(id) : { seconds, spreadSeconds: seconds });
      expect(needsOf({ ...execution, expected })).toEqual(needsOf(execution));
    }),
  );
});
