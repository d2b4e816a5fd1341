/** One request to an endpoint, as work for an instance, and how it ended. */
import type { Plan, Reply } from '../containers/container.js';
import type { Invocation } from '../ledger.js';

/** `timedOut`: cut at its limit. `killed`: the instance was removed, or the request expired in the queue. */
export type Outcome = { end: 'answered'; reply: Reply } | { end: 'timedOut' } | { end: 'killed' };

export interface Work {
  record: Invocation;
  /** Sends the request to the container, when the work starts. */
  plan(): Plan;
  /** Virtual seconds after which the work is cut. */
  limitSeconds: number;
  ended(outcome: Outcome): void;
}
