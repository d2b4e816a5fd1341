/** Which task of a graph ends before another begins. */
import type { Graph } from './graph.js';

/** Whether `id` comes before `taskId`, directly or not. An unknown `id` does not. */
export type Order = (id: string, taskId: string) => boolean;

const BITS = 32;

/** Whoever is not asked of others than direct dependencies pays nothing; else a bit for each pair of tasks. */
export function orderOf(graph: Graph): Order {
  let isBefore: Order | null = null;
  return (id, taskId) => {
    if (graph.dependencies(taskId).includes(id)) return true;
    isBefore ??= closureOf(graph);
    return isBefore(id, taskId);
  };
}

/** A row of bits a task, each the union of those of its dependencies. */
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
