/** Trees of workflows: a task of type `workflow` runs another workflow, which may do so, too. */

/** Executions of a tree from its root to its deepest child, both counted. */
export const MAX_DEPTH = 10;

export interface Relations {
  /** The workflows that tasks of this one run. */
  children: (id: string) => readonly string[];
  /** The workflows whose tasks run this one. */
  parents: (id: string) => readonly string[];
}

/** Why the workflow cannot have these children: null if it can. The cost is linear in the related workflows. */
export function treeFault(id: string, { children, parents }: Relations): string | null {
  const cycle = pathBack(id, children);
  if (cycle) return `the workflow would run itself: ${cycle.join(' -> ')}`;
  const chain = [...longest(id, parents).toReversed(), ...longest(id, children).slice(1)];
  return chain.length > MAX_DEPTH
    ? `${chain.join(' -> ')} are ${chain.length} workflows within one another; ${MAX_DEPTH} are allowed`
    : null;
}

/**
 * Why a failure of the workflow could start it again, for ever: null if it could not.
 *
 * @param starts the workflows that this one runs, and the one that handles its failures
 */
export function handlerFault(id: string, starts: Relations['children']): string | null {
  const cycle = pathBack(id, starts);
  return cycle && `a failure of the workflow would start it again: ${cycle.join(' -> ')}`;
}

/** The first path from a workflow to itself; null if there is none. */
function pathBack(id: string, next: Relations['children']): string[] | null {
  const seen = new Set<string>();
  const follow = (at: string): string[] | null => {
    for (const child of next(at)) {
      if (child === id) return [at, id];
      if (seen.has(child)) continue;
      seen.add(child);
      const rest = follow(child);
      if (rest) return [at, ...rest];
    }
    return null;
  };
  return follow(id);
}

/** The longest path from a workflow that is in no cycle. */
function longest(id: string, next: Relations['children']): string[] {
  const paths = new Map<string, string[]>();
  const from = (at: string): string[] => {
    const known = paths.get(at);
    if (known) return known;
    paths.set(at, [at]);
    const rest = next(at).map(from);
    const path = [at, ...rest.reduce((most, one) => (one.length > most.length ? one : most), [])];
    paths.set(at, path);
    return path;
  };
  return from(id);
}
