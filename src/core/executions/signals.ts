/** Signals: what one must be like before an execution keeps it, and which are kept after a decision. */
import { InvalidInput } from '../errors.js';
import type { Json } from '../json/json.js';
import { payloadFaults } from '../validation/payload.js';
import type { Graph } from '../workflows/graph.js';
import type { Signal } from '../workflows/workflow.js';
import type { Transition } from './transitions.js';

/**
 * The ids of the tasks that wait for the signal. Those with the same signal have the same schema.
 *
 * @throws InvalidInput `unknown_signal`, `invalid_payload`
 */
export function waitersFor(graph: Graph, name: string, payload: Json): string[] {
  const waiters = graph.waiters.get(name);
  if (!waiters) {
    const names = [...graph.waiters.keys()];
    const known = names.length === 0 ? 'it waits for none' : `it waits for ${names.join(', ')}`;
    throw new InvalidInput(
      `The workflow ${graph.definition.id} does not wait for this signal.`,
      [{ path: 'body.name', message: `is not a signal of this workflow: ${known}` }],
      'unknown_signal',
    );
  }
  const faults = payloadFaults(waiters[0]?.config.wait?.schema, payload, 'body.payload');
  if (faults.length > 0)
    throw new InvalidInput(`The payload of the signal ${name} is not valid.`, faults, 'invalid_payload');
  return waiters.map(({ taskId }) => taskId);
}

/** Those that no task has taken by these transitions. */
export function stillKept(signals: readonly Signal[] = [], moves: readonly Transition[]): Signal[] {
  const taken = new Set(moves.map((move) => (move.kind === 'receive' ? move.signal.id : null)));
  return signals.filter(({ id }) => !taken.has(id));
}
