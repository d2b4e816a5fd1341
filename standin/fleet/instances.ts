/** Those who do the work: instances, and the copies of inference components on them. */
import type { Resources } from './instance-types.js';
import type { Work } from './work.js';

export interface Worker {
  /** Only those who serve are given work; those who leave may end what they have. */
  stage: 'starting' | 'serving' | 'leaving';
  /** Work with the way to kill it, oldest first. */
  running: Map<Work, () => void>;
  /** Told whenever the last work has ended. */
  idle: () => void;
  /** Told when it is gone. */
  farewells: Array<() => void>;
}

export interface Instance extends Worker {
  copies: Set<Copy>;
  /** Virtual time from which it can take work or copies. */
  readyAt: number;
  /** Keeps an instance that is to go as it has no copies. */
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

/** Whoever serves and has the least to do. */
export function leastBusy<T extends Worker>(crew: readonly T[]): T | undefined {
  return serving(crew).sort((a, b) => a.running.size - b.running.size)[0];
}

/** Calls `then` once every task has called back; at once if there is none. */
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
