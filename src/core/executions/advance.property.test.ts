import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance } from './advance.js';
import { ended } from './execution-state.js';
import type { Graph } from '../workflows/graph.js';
import { checkShape } from '../json/limits.js';
import { execution, follow, later, NOON, row } from '../testing/workflow-drawing.js';
import type { Execution, Task } from '../workflows/workflow.js';
import { anyGraph, anyNumbers, nextStatusOf, graphOf, PARAMETERS } from '../testing/random-graphs.js';
import { stillKept } from './signals.js';
import type { Transition } from './transitions.js';
import { outputsNeeded } from './needed-outputs.js';

/** Something outside happens to one row. */
function happen(graph: Graph, task: Task, choice: number): void {
  task.status = nextStatusOf(graph, task, choice);
  if (task.status === 'succeeded') task.output = choice % 4;
}

const indexOf = (move: Transition) => ('mapIndex' in move ? move.mapIndex : null);

const settings = { numRuns: 400 };

test('in any order of events the execution and all of its tasks end', () => {
  fc.assert(
    fc.property(anyGraph, anyNumbers, (shapes, numbers) => {
      const graph = graphOf(shapes);
      const next = (): number => Number(numbers.next().value);
      const state: Execution = execution({ parameters: PARAMETERS });
      let rows = graph.order.map((id) => row(id));
      for (let round = 0; ; round += 1) {
        expect(round).toBeLessThan(5000);
        state.status = state.status === 'paused' || next() % 20 > 0 ? 'running' : 'paused';
        const now = later(next() % 3 === 0 ? 400 : 0);
        if (next() % 4 === 0)
          state.signals = [...(state.signals ?? []), { id: round, name: 's', payload: next() % 4 }];
        const moves = advance(graph, state, rows, now);
        for (const move of moves)
          if (
            move.kind === 'release' ||
            move.kind === 'expand' ||
            move.kind === 'wait' ||
            move.kind === 'receive' ||
            move.kind === 'request' ||
            move.kind === 'spawn'
          ) {
            const after = follow(rows, moves);
            const before = graph.dependencies(move.taskId);
            expect(after.filter(({ taskId }) => before.includes(taskId)).every(ended)).toBe(true);
          }
        const needed = outputsNeeded(graph, rows);
        const bare = rows.map((task) => (needed.has(task.taskId) ? task : { ...task, output: null }));
        expect(advance(graph, state, bare, now)).toEqual(moves);
        const moved = moves.map((move) =>
          'taskId' in move ? `${move.taskId} ${indexOf(move)}` : 'execution',
        );
        expect(new Set(moved).size).toBe(moved.length);
        for (const move of moves) expect(checkShape(move), JSON.stringify(move)).toEqual([]);
        rows = follow(rows, moves);
        const taken = moves.flatMap((move) => (move.kind === 'receive' ? [move.signal.id] : []));
        expect(taken).toEqual(state.signals?.slice(0, taken.length).map(({ id }) => id) ?? []);
        state.signals = stillKept(state.signals, moves);
        if (moves.some(({ kind }) => kind === 'finish')) break;
        expect(advance(graph, state, rows, now)).toEqual([]);
        const live = rows.filter((task) => !ended(task));
        const lucky = live[next() % Math.max(1, live.length)];
        if (lucky) happen(graph, lucky, next());
      }
      expect(rows.every(ended)).toBe(true);
    }),
    settings,
  );
});

test('a deadline ends anything at once', () => {
  fc.assert(
    fc.property(anyGraph, (shapes) => {
      const graph = graphOf(shapes);
      const rows = graph.order.map((id) => row(id));
      const moves = advance(graph, execution({ deadline: NOON }), rows, NOON);
      expect(moves.at(-1)).toMatchObject({ kind: 'finish', status: 'timed_out' });
      expect(follow(rows, moves).every(ended)).toBe(true);
    }),
    settings,
  );
});
