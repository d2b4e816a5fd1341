/** Tells which task of a graph ends before another one starts. */
import type { Graph } from './graph.js';

/** True if `taskId` depends on `id`, directly or indirectly. False for an unknown `id`. */
export type Order = (id: string, taskId: string) => boolean;

const BITS = 32;

/** Direct dependencies cost nothing. For others, a bit per pair of tasks is computed once, when first needed. */
export function orderOf(graph: Graph): Order {
  let isBefore: Order | null = null;
  return (id, taskId) => {
    if (graph.dependencies(taskId).includes(id)) return true;
    isBefore ??= closureOf(graph);
    return isBefore(id, taskId);
  };
}

/** One row of bits per task: the union of the rows of its dependencies, and the dependencies themselves. */
function closureOf({ order, dependencies }: Graph): Order {
  const places = new Map(order.map((id, place) => [id, place]));
  const width = Math.ceil(order.length / BITS);
  const bits = new Uint32Array(width * order.length);
  const word = (at: number): number => bits[at] as number;
  for (const [place, id] of order.entries()) {
    const row = place * width;
    for (const dependency of dependencies(id)) {
      const at = places.get(dependency) as number;
      for (let n = 0; n < width; n += 1) bits[row + n] = word(row + n) | word(at * width + n);
      bits[row + (at >>> 5)] = word(row + (at >>> 5)) | (1 << (at % BITS));
    }
  }
  return (id, taskId) => {
    const at = places.get(id);
    const row = (places.get(taskId) as number) * width;
    return at !== undefined && ((word(row + (at >>> 5)) >>> (at % BITS)) & 1) === 1;
  };
}
