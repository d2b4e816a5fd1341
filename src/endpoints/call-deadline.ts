/** One deadline for a whole call: the SDK's own timeouts end at the headers, and its AbortError has no reason. */
import { InvocationError } from '../core/errors.js';
import type { Call } from './driver.js';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Runs `work` with a signal that fires on the caller's abort or after `timeoutMs`. The error says which of them it was. */
export async function within<T>(
  limit: Pick<Call, 'signal' | 'timeoutMs' | 'adopt'>,
  endpoint: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (limit.signal.aborted) throw cancelled(endpoint, limit.adopt ? 'cancelled' : 'not_sent');
  const controller = new AbortController();
  const abort = () => controller.abort();
  let late = false;
  const timer = setTimeout(
    () => {
      late = true;
      abort();
    },
    Math.min(limit.timeoutMs, LONGEST_TIMER_MS),
  );
  limit.signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    if (limit.signal.aborted) throw cancelled(endpoint, 'cancelled');
    if (late)
      throw new InvocationError(
        'timeout',
        'timeout',
        `${endpoint} did not answer within ${limit.timeoutMs} ms. Raise the task's timeout or use less input.`,
      );
    throw error;
  } finally {
    clearTimeout(timer);
    limit.signal.removeEventListener('abort', abort);
  }
}

const cancelled = (endpoint: string, code: 'cancelled' | 'not_sent') =>
  new InvocationError('cancelled', code, `The call to ${endpoint} was cancelled.`);
