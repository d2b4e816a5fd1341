/** Limits the time that a transaction spends on tasks without a worker: for each of its executions, and for all together. */

/** Of an execution in a transaction of its own, and of one in a shared transaction. */
const TURN_MS = { alone: 50, shared: 10 };
const TOTAL_MS = 250;

export interface InlineTime {
  /** The turn of the next execution begins. */
  next(): void;
  /** This execution has used its own turn. */
  isSlow(): boolean;
  /** Its other tasks have to wait for the next transaction. The first task of a transaction never has to. */
  isOver(): boolean;
  /** Counts the time that `work` takes, whatever its result. */
  spend<T>(work: () => T): T;
}

export function inlineTime({ alone }: { alone: boolean }): InlineTime {
  const turnMs = alone ? TURN_MS.alone : TURN_MS.shared;
  let turn = 0;
  let total = 0;
  const isSlow = () => turn >= turnMs;
  return {
    next() {
      turn = 0;
    },
    isSlow,
    isOver: () => isSlow() || total >= TOTAL_MS,
    spend(work) {
      const begun = performance.now();
      const result = work();
      const took = performance.now() - begun;
      turn += took;
      total += took;
      return result;
    },
  };
}
