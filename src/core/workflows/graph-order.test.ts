import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderOf } from './graph-order.js';
import { parseGraph } from './graph.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';

test('a task comes before another one if it can be reached along dependencies', () => {
  const arrows = fc.array(fc.tuple(fc.nat(79), fc.nat(79)), { maxLength: 120 });
  fc.assert(
    fc.property(arrows, (pairs) => {
      const nodes = Array.from({ length: 80 }, (_, at) => `t${at}`);
      const forward = pairs.filter(([from, to]) => from < to).map(([from, to]) => `t${from} -> t${to}`);
      const graph = parseGraph(drawWorkflow([...nodes, ...new Set(forward)].join(', ')));
      const comesBefore = orderOf(graph);
      const before = new Map<string, Set<string>>();
      for (const id of graph.order) {
        const reached = graph.dependencies(id).flatMap((to) => [to, ...(before.get(to) ?? [])]);
        before.set(id, new Set(reached));
      }
      for (const id of nodes)
        for (const other of [...nodes, 'nobody'])
          expect([id, other, comesBefore(other, id)]).toEqual([id, other, before.get(id)?.has(other)]);
    }),
    { numRuns: 20 },
  );
});
