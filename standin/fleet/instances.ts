/** Workers: instances, and the copies of inference components on them. */
import type { Resources } from './instance-types.js';
import type { Work } from './work.js';

export interface Worker {
  /** Only serving workers get work. Leaving ones may end what they have. */
  stage: 'starting' | 'serving' | 'leaving';
  /** Work and the function that kills it, oldest first. */
  running: Map<Work, () => void>;
  /** Called whenever the last work has ended. */
  idle: () => void;
  /** Called when the worker is gone. */
  farewells: Array<() => void>;
}

export interface Instance extends Worker {
  copies: Set<Copy>;
  /** Virtual time from which it can take work or copies. */
  readyAt: number;
  /** Cancels the removal of an instance that is about to be removed since it has no copies. */
  keep: () => void;
}

/** One running copy of an inference component. */
export interface Copy extends Worker {
  host: Instance;
  room: Resources;
}

export function newWorker(): Worker {
  return { stage: 'starting', running: new Map(), idle: () => undefined, farewells: [] };
}

export function newInstance(readyAt: number): Instance {
  return { ...newWorker(), copies: new Set(), readyAt, keep: () => undefined };
}

export function serving<T extends Worker>(crew: readonly T[]): T[] {
  return crew.filter(({ stage }) => stage === 'serving');
}

export function staying<T extends Worker>(crew: readonly T[]): T[] {
  return crew.filter(({ stage }) => stage !== 'leaving');
}

/** The serving worker with the least work. */
export function leastBusy<T extends Worker>(crew: readonly T[]): T | undefined {
  return serving(crew).sort((a, b) => a.running.size - b.running.size)[0];
}

/** Calls `then` once every task has called back; immediately if there is none. */
export function whenAll(tasks: ReadonlyArray<(done: () => void) => void>, then: () => void): void {
  let left = tasks.length;
  if (left === 0) return then();
  for (const task of tasks) {
    task(() => {
      left -= 1;
      if (left === 0) then();
    });
  }
}
