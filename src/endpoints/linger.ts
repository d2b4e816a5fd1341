/** How long a provider may still work on an abandoned request. The slot of the request is held for this time. */
import { InvocationError } from '../core/errors.js';
import type { ModelConfig } from '../core/models/model.js';

/** SageMaker's limit for a real-time request. Other synchronous endpoints are assumed to end by then too. */
export const REALTIME_MS = 60_000;

/** Counted from the arrival or the abandonment of the request: the time that the model declares, else one minute. */
export const lingerOf = ({ deployment }: Pick<ModelConfig, 'deployment'>): number =>
  deployment.maxInvocationSeconds === undefined ? REALTIME_MS : deployment.maxInvocationSeconds * 1_000;

/** A gateway closed the connection, and the provider works on. */
export const stillAtIt = (fault: InvocationError, model: ModelConfig): InvocationError =>
  lingering(fault, lingerOf(model));

/**
 * The provider closed the connection to a model that works on, and that takes longer than a minute. If the model does
 * not declare its maximum, the timeout of its task is used.
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
