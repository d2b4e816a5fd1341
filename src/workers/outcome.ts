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

export interface Circumstances {
  /** What an answer that came back says it used, whatever went wrong with it afterwards; null without one. */
  used: Used | null;
  /** Since the attempt began here. */
  seconds: number;
  /** As `core/retry.afterFailure` reads it. */
  refused: { times: number; forMs: number };
  now: Date;
}

export function failure(
  claimed: Claimed,
  { graph, definition }: WorkflowVersion,
  error: unknown,
  { used, seconds, refused, now }: Circumstances,
): Outcome {
  const { errorClass, code, message, aside } = described(error);
  const task = graph.task(claimed.taskId);
  const verdict = afterFailure({
    errorClass,
    attempt: claimed.attemptsUsed + 1,
    maxAttempts: maxAttemptsOf(definition, task),
    policy: task.config.retry,
    now,
    crashes: claimed.crashes,
    refused,
    random: Math.random,
  });
  const fallback = verdict.kind === 'fail' ? fallbackOf(claimed, task.config.fallbackModelId) : null;
  const worked = claimed.model !== null && (aside.usage !== undefined || WORKED.has(code));
  const paid = used ?? (worked ? { usage: (aside.usage ?? {}) as JsonObject, seconds } : null);
  const { lingerMs } = aside;
  const busy = claimed.model !== null && used === null && (lingerMs !== undefined || PERHAPS_BUSY.has(code));
  return {
    ended: ENDED[errorClass] ?? 'failed',
    errorCode: code,
    errorClass,
    errorMessage: message,
    ...(aside.evidence && { failureDetails: aside.evidence }),
    ...(paid && { costUsd: costOf(claimed, paid), usage: paid.usage }),
    ...(busy && { freeSlot: false, ...(lingerMs !== undefined && { lingerMs }) }),
    ...(verdict.kind === 'retry'
      ? {
          next: 'ready',
          usesAttempt: verdict.usesAttempt,
          delayMs: Math.max(verdict.notBefore.getTime() - now.getTime(), aside.retryAfterMs ?? 0),
        }
      : fallback
        ? { next: 'ready', fallbackModelId: fallback }
        : { next: 'failed' }),
  };
}

function described(error: unknown): Pick<InvocationError, 'errorClass' | 'code' | 'message' | 'aside'> {
  if (error instanceof InvocationError) return error;
  if (error instanceof RadiantError)
    return { errorClass: 'invalid', code: error.code, message: error.message, aside: {} };
  return {
    aside: {},
    errorClass: 'transient',
    code: 'internal',
    message: 'The worker met an error of its own: see its log.',
  };
}

/** The model to try when this one has failed for good; null when there is none, or it is the one that failed. */
const fallbackOf = ({ model, modelIds }: Claimed, fallback: string | undefined): string | null =>
  fallback !== undefined && fallback !== model?.id && modelIds.includes(fallback) ? fallback : null;
