/** What a failed attempt means for its task: once more (and when), or the end. */
import type { ErrorClass } from '../errors.js';
import { later } from '../time/saturated.js';
import { RANGES } from '../validation/ranges.js';
import type { RetryPolicy, WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';

/** Workers a task may take down before it is the task's fault. */
const FATAL_CRASHES = 3;
/** A refusal did no work: it is asked again ever more slowly, and costs an attempt only when it has gone on for long. */
const REFUSAL_MS = { first: 2_000, most: 60_000 };
const PATIENCE_MS = 1_800_000;
/** Classes of those who were turned away at the door. */
export const REFUSALS: readonly ErrorClass[] = ['not_ready', 'throttled'];

interface FailedAttempt {
  errorClass: ErrorClass;
  /** The attempt that failed, from 1. */
  attempt: number;
  maxAttempts: number;
  policy: RetryPolicy | undefined;
  now: Date;
  /** Workers that died while running this task, this time included. */
  crashes: number;
  /** Refusals without anything else between: how many there were before this one, and since when. */
  refused: { times: number; forMs: number };
  random: () => number;
}

export type AfterFailure =
  | { kind: 'retry'; notBefore: Date; usesAttempt: boolean }
  | { kind: 'fail'; code: 'poison' | 'attempts_exhausted' | 'invalid' | 'cancelled' };

/** `not_ready` and `throttled` cost nothing for half an hour; `transient`, `timeout` and `lost` an attempt; the rest is final. */
export function afterFailure(failed: FailedAttempt): AfterFailure {
  const { errorClass, attempt, maxAttempts, now, crashes, refused, random } = failed;
  if (errorClass === 'invalid' || errorClass === 'cancelled') return { kind: 'fail', code: errorClass };
  if (crashes >= FATAL_CRASHES) return { kind: 'fail', code: 'poison' };
  if (REFUSALS.includes(errorClass) && refused.forMs < PATIENCE_MS) {
    const full = Math.min(REFUSAL_MS.most, REFUSAL_MS.first * 2 ** Math.min(refused.times, 10));
    // Those who were turned away together come back one by one.
    return { kind: 'retry', notBefore: later(now, (full * (1 + random())) / 2), usesAttempt: false };
  }
  if (attempt >= maxAttempts) return { kind: 'fail', code: 'attempts_exhausted' };
  return { kind: 'retry', notBefore: later(now, delayMs(failed)), usesAttempt: true };
}

/** Exponential up to a ceiling; full jitter spreads those who failed together. */
function delayMs({ attempt, policy = {}, random }: FailedAttempt): number {
  const { initialDelayMs = 1000, backoff = 2, jitter = true } = policy;
  // Whoever asks for a long first delay means it, ceiling or not.
  const { maxDelayMs = Math.max(60_000, initialDelayMs) } = policy;
  const growth = Math.min(backoff ** (attempt - 1), Number.MAX_VALUE);
  const delay = Math.min(RANGES.retryDelay.max, maxDelayMs, initialDelayMs * growth);
  return jitter ? random() * delay : delay;
}

export const maxAttemptsOf = (
  definition: Pick<WorkflowDefinition, 'maxRetries'>,
  task: WorkflowTask,
): number => task.config.retry?.maxAttempts ?? definition.maxRetries + 1;
