/** Work that must end early, because it would take minutes. */
import { expect } from 'vitest';

/** Of the processor: far more than the fifth of a second that a budget takes, and far less than what it prevents. */
const RUNAWAY_MS = 10_000;
export const tooCostly = expect.objectContaining({ code: 'too_costly' });

export function ends<T>(work: () => T): T {
  const begun = process.cpuUsage();
  try {
    return work();
  } finally {
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(RUNAWAY_MS);
  }
}

export const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
