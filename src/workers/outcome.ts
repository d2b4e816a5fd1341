/** Turns the answer or the error of an attempt into its settlement. */
import { chargeOf } from '../core/money/price.js';
import { InvocationError, RadiantError, type ErrorClass } from '../core/errors.js';
import { afterFailure, fallbackOf, maxAttemptsOf } from '../core/executions/retry.js';
import type { JsonObject } from '../core/json/json.js';
import type { Claimed } from '../store/scheduling/claim.js';
import type { Settlement } from '../store/scheduling/settle.js';
import type { WorkflowVersion } from '../store/workflows/versions.js';

export type Outcome = Omit<Settlement, 'taskExecutionId' | 'executionId' | 'attempt' | 'worker'>;

/** What an invocation used: as the endpoint states it, else by our clock. */
export interface Used {
  usage: JsonObject;
  seconds: number;
}

/** Codes of attempts in which the model worked, so they are paid for. */
const WORKED = new Set([
  'model_rejected',
  'model_failed',
  'model_timeout',
  'invalid_response',
  'answer_too_large',
  'timeout',
  'cancelled',
]);
/** Codes after which the endpoint may still work on the request, so its slot stays taken. */
const PERHAPS_BUSY = new Set([
  'timeout',
  'cancelled',
  'connection_lost',
  'never_acknowledged',
  'worker_stopped',
]);

const LONGEST_HAND_BACK_MS = 60_000;

const ENDED: Partial<Record<ErrorClass, Settlement['ended']>> = {
  timeout: 'timed_out',
  cancelled: 'cancelled',
  lost: 'unknown',
};

/** The usage and cost of an attempt. `usage.costFlaw` explains a cost that is not the price's. */
export function billOf(
  { model, units, timeoutSeconds }: Claimed,
  { usage, seconds }: Used,
): Pick<Settlement, 'costUsd' | 'usage'> {
  if (!model) return { costUsd: '0', usage };
  const counted = usage['computeSeconds'];
  // A stated time beyond the timeout of the attempt is not used.
  const charged = typeof counted === 'number' && counted <= timeoutSeconds ? counted : seconds.toFixed(3);
  const { costUsd, costFlaw } = chargeOf(model.pricing, units, charged);
  return { costUsd, usage: costFlaw ? { ...usage, costFlaw } : usage };
}

export interface Circumstances {
  /** What a received answer used, even if it failed later; null without an answer. */
  used: Used | null;
  /** Since the attempt started here. */
  seconds: number;
  /** As `core/executions/retry.afterFailure` reads it. */
  refused: { times: number; forMs: number };
}

export function failure(
  claimed: Claimed,
  { graph, definition }: WorkflowVersion,
  error: unknown,
  { used, seconds, refused }: Circumstances,
): Outcome {
  const { errorClass, code, message, details } = described(error, used !== null);
  const task = graph.task(claimed.taskId);
  const verdict = afterFailure({
    errorClass,
    attempt: claimed.attemptsUsed + 1,
    maxAttempts: maxAttemptsOf(definition, task),
    policy: task.config.retry,
    crashes: claimed.crashes,
    refused,
    fallback: fallbackOf(task, { modelId: claimed.model?.id ?? null, modelIds: claimed.modelIds }),
    random: Math.random,
  });
  const worked = claimed.model !== null && (details.usage !== undefined || WORKED.has(code));
  const paid = used ?? (worked ? { usage: (details.usage ?? {}) as JsonObject, seconds } : null);
  const { lingerMs } = details;
  const busy = claimed.model !== null && used === null && (lingerMs !== undefined || PERHAPS_BUSY.has(code));
  return {
    ended: ENDED[errorClass] ?? 'failed',
    errorCode: code,
    errorClass,
    errorMessage: message,
    ...(details.evidence && { failureDetails: details.evidence }),
    ...(paid && billOf(claimed, paid)),
    ...(busy && { freeSlot: false, ...(lingerMs !== undefined && { lingerMs }) }),
    ...(verdict.kind === 'retry'
      ? {
          next: 'ready',
          usesAttempt: verdict.usesAttempt,
          delayMs: Math.max(verdict.delayMs, details.retryAfterMs ?? 0),
        }
      : verdict.kind === 'fallback'
        ? { next: 'ready', fallbackModelId: verdict.modelId }
        : { next: 'failed' }),
  };
}

/**
 * Nothing was sent because a part of our own is down: the task goes back unchanged, for a worker that can run it. Each
 * consecutive time doubles the wait, up to a minute.
 */
export function handBack({ attempt, attemptsUsed }: Claimed, error: unknown): Outcome {
  const { code, message } = error instanceof RadiantError ? error : LEDGER_DOWN;
  return {
    ended: 'failed',
    next: 'ready',
    usesAttempt: false,
    errorCode: code,
    errorMessage: message,
    delayMs: Math.min(
      LONGEST_HAND_BACK_MS,
      1_000 * 2 ** Math.min(10, Math.max(0, attempt - attemptsUsed - 1)),
    ),
  };
}

const LEDGER_DOWN = {
  code: 'ledger_unavailable',
  message: 'The database does not respond. The task is tried again.',
};

/** @param answered the model did its work, so the attempt is not repeated */
function described(
  error: unknown,
  answered: boolean,
): Pick<InvocationError, 'errorClass' | 'code' | 'message' | 'details'> {
  if (error instanceof InvocationError) return error;
  if (error instanceof RadiantError)
    return { errorClass: 'invalid', code: error.code, message: error.message, details: {} };
  if (answered)
    return {
      details: {},
      errorClass: 'invalid',
      code: 'unusable_answer',
      message: 'The answer arrived but could not be stored. See the log of the worker.',
    };
  return {
    details: {},
    errorClass: 'transient',
    code: 'internal',
    message: 'The worker had an internal error. See its log.',
  };
}
