/** How long a provider goes on with a request that nobody waits for any more: so long its slot is nobody else's. */
import { InvocationError } from '../core/errors.js';
import type { ModelConfig } from '../core/models/model.js';

/** SageMaker cuts a real-time request after so long; who else answers on a connection is taken to end by then too. */
export const REALTIME_MS = 60_000;

/** After it arrived or was given up: what the model declares, else the minute that an answer on a connection may take. */
export const lingerOf = ({ deployment }: Pick<ModelConfig, 'deployment'>): number =>
  deployment.maxInvocationSeconds === undefined ? REALTIME_MS : deployment.maxInvocationSeconds * 1_000;

/** Somebody between hung up, and the provider works on. */
export const stillAtIt = (fault: InvocationError, model: ModelConfig): InvocationError =>
  lingering(fault, lingerOf(model));

/**
 * The provider hung up on a model that works on, and that has shown to take longer than a minute: if it does not declare
 * how long, what its task may take is all that is known of it.
 */
export function cutOff(fault: InvocationError, model: ModelConfig, timeoutMs: number): InvocationError {
  const wholeMs =
    model.deployment.maxInvocationSeconds === undefined
      ? Math.max(timeoutMs, 2 * REALTIME_MS)
      : lingerOf(model);
  return lingering(fault, Math.max(0, wholeMs - REALTIME_MS));
}

const lingering = ({ errorClass, code, message, details }: InvocationError, lingerMs: number) =>
  new InvocationError(errorClass, code, message, { ...details, lingerMs });
