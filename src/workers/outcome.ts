/** What becomes of an attempt: its settlement, from what came back or from what went wrong. */
import { measureUnits, priceOf } from '../core/cost.js';
import { InvalidInput, InvocationError, RadiantError, type ErrorClass } from '../core/errors.js';
import { afterFailure, maxAttemptsOf } from '../core/retry.js';
import type { JsonObject } from '../core/workflow.js';
import type { Claimed } from '../store/claim.js';
import type { Settlement } from '../store/settle.js';
import type { WorkflowVersion } from '../store/workflows.js';

export type Outcome = Omit<Settlement, 'taskExecutionId' | 'executionId' | 'attempt' | 'worker'>;

/** What an invocation used: by the endpoint's own count where it gives one, else by our clock. */
export interface Used {
  usage: JsonObject;
  seconds: number;
}

/** The model did work, whatever came of it: such an attempt is paid for. */
const WORKED = new Set([
  'model_rejected',
  'model_failed',
  'model_timeout',
  'invalid_response',
  'timeout',
  'cancelled',
]);
/** Nobody knows whether the endpoint has finished: until it must have, its slot is nobody else's. */
const PERHAPS_BUSY = new Set([
  'timeout',
  'cancelled',
  'connection_lost',
  'never_acknowledged',
  'worker_stopped',
]);

/** A day: who asks for more is asked again all the same. */
const LONGEST_RETRY_MS = 86_400_000;

const ENDED: Partial<Record<ErrorClass, Settlement['ended']>> = {
  timeout: 'timed_out',
  cancelled: 'cancelled',
  lost: 'unknown',
};

/** In USD. A unit that these parameters do not have costs nothing. */
export function costOf({ model, parameters, timeoutSeconds }: Claimed, { usage, seconds }: Used): string {
  if (!model) return '0';
  const { pricing } = model;
  let units = {};
  try {
    units = measureUnits(pricing, parameters);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
  }
  const counted = usage['computeSeconds'];
  return priceOf({
    pricing,
    // A model that claims more than an attempt may last is not believed.
    seconds: typeof counted === 'number' && counted <= timeoutSeconds ? counted : seconds.toFixed(3),
    requests: 1,
    units,
  }).totalUsd;
}

/**
 * @param used what an answer that came back says it used, whatever went wrong with it afterwards; null without one
 * @param seconds since the attempt began here
 * @param lingerMs how long the endpoint may go on with a request that was given up
 */
export function failure(
  claimed: Claimed,
  { graph, definition }: WorkflowVersion,
  error: unknown,
  { used, seconds, lingerMs, now }: { used: Used | null; seconds: number; lingerMs: number; now: Date },
): Outcome {
  const { errorClass, code, message } = described(error);
  const task = graph.task(claimed.taskId);
  const verdict = afterFailure({
    errorClass,
    attempt: claimed.attemptsUsed + 1,
    maxAttempts: maxAttemptsOf(definition, task),
    policy: task.config.retry,
    now,
    crashes: claimed.crashes,
    random: Math.random,
  });
  const fallback = verdict.kind === 'fail' ? fallbackOf(claimed, task.config.fallbackModelId) : null;
  const paid = used ?? (claimed.model && WORKED.has(code) ? { usage: {}, seconds } : null);
  const busy = claimed.model !== null && used === null && PERHAPS_BUSY.has(code);
  return {
    ended: ENDED[errorClass] ?? 'failed',
    errorCode: code,
    errorClass,
    errorMessage: message,
    ...(paid && { costUsd: costOf(claimed, paid), usage: paid.usage }),
    ...(busy && { freeSlot: false, holdMs: lingerMs }),
    ...(verdict.kind === 'retry'
      ? {
          next: 'ready',
          usesAttempt: verdict.usesAttempt,
          delayMs: Math.max(verdict.notBefore.getTime() - now.getTime(), retryAfterOf(error)),
        }
      : fallback
        ? { next: 'ready', fallbackModelId: fallback }
        : { next: 'failed' }),
  };
}

function described(error: unknown): { errorClass: ErrorClass; code: string; message: string } {
  if (error instanceof InvocationError) return error;
  if (error instanceof RadiantError)
    return { errorClass: 'invalid', code: error.code, message: error.message };
  return {
    errorClass: 'transient',
    code: 'internal',
    message: 'The worker met an error of its own: see its log.',
  };
}

/** What the provider asked for in its Retry-After, in ms; 0 when it did not. */
const retryAfterOf = (error: unknown): number =>
  Math.min(LONGEST_RETRY_MS, (error as { retryAfterMs?: number } | null)?.retryAfterMs ?? 0);

/** The model to try when this one has failed for good; null when there is none, or it is the one that failed. */
const fallbackOf = ({ model, modelIds }: Claimed, fallback: string | undefined): string | null =>
  fallback !== undefined && fallback !== model?.id && modelIds.includes(fallback) ? fallback : null;
