/** One request to an endpoint, as work for an instance, and how it ended. */
import type { Plan, Reply } from '../containers/container.js';
import type { Invocation } from '../ledger.js';

/** `timedOut`: cut at its limit. `killed`: the instance went away, or the request grew too old in the queue. */
export type Outcome = { end: 'answered'; reply: Reply } | { end: 'timedOut' } | { end: 'killed' };

export interface Work {
  record: Invocation;
  /** Asks the container, when the work begins. */
  plan(): Plan;
  /** Virtual seconds after which the work is cut. */
  limitSeconds: number;
  ended(outcome: Outcome): void;
}
