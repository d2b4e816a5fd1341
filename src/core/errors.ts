/** What can go wrong, with a stable code each. A message says what to do next and never holds a payload or a secret. */

/** The effect of each class on a task's attempt is in `retry.ts`. */
export const ERROR_CLASSES = [
  'not_ready',
  'throttled',
  'transient',
  'invalid',
  'lost',
  'timeout',
  'cancelled',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

export class RadiantError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** One thing wrong with what somebody sent; `path` is a JSON path such as `parameters.sequence`. */
export interface Fault {
  path: string;
  message: string;
}

/** So many faults are told of one thing, and no more are looked for; whoever corrects them hears of the others. */
export const MAX_FAULTS = 100;

/** Something outside was wrong; `faults` name each field. */
export class InvalidInput extends RadiantError {
  constructor(
    message: string,
    readonly faults: readonly Fault[] = [],
    code = 'invalid_input',
  ) {
    super(code, message);
  }
}

export class NotFound extends RadiantError {
  constructor(what: string, id: string) {
    super('not_found', `There is no ${what} ${id}.`);
  }
}

/** The request contradicts what the ledger holds: a stale version, a key used for another body, a finished execution. */
export class Conflict extends RadiantError {
  constructor(
    code: string,
    message: string,
    /** What the ledger holds, for whoever has to reconcile the two. */
    readonly current?: object,
  ) {
    super(code, message);
  }
}

/** Allowed by the shape of the request, but not to this caller: tier, role, licence, budget. */
export class Refused extends RadiantError {
  constructor(
    code: string,
    message: string,
    readonly faults: readonly Fault[] = [],
  ) {
    super(code, message);
  }
}

/**
 * Something of our own is away, full or short of room: nothing is wrong with what was asked, which waits or is tried again.
 * It never uses an attempt and never fails a task.
 */
export class Unavailable extends RadiantError {
  declare readonly code: 'storage_unavailable' | 'queue_unavailable';
}

/** What a failed request shows of its endpoint. It may hold payload: it is kept with the attempt, never logged or quoted. */
export interface Evidence {
  /** HTTP status of the answer; null when none came. */
  status: number | null;
  /** What the model's own container answered, where a provider stands before it. */
  modelStatus: number | null;
  /** The beginning of the answer, as text that can be kept; null when none came. */
  answer: string | null;
  /** What became of the connection, in words; null when an answer came on it. */
  cause: string | null;
}

/** What else is known of a request that failed. */
export interface FailureDetails {
  evidence?: Evidence;
  /** What the answer says it used, though it cannot be taken for one. */
  usage?: Record<string, unknown>;
  /** The endpoint asks to be left alone for so long. */
  retryAfterMs?: number;
  /** The endpoint goes on for so long at most, where this failure tells more than its driver's plan. */
  lingerMs?: number;
}

/** A model's endpoint did not answer as it should; `errorClass` decides what happens to the attempt. */
export class InvocationError extends RadiantError {
  constructor(
    readonly errorClass: ErrorClass,
    code: string,
    message: string,
    readonly details: FailureDetails = {},
  ) {
    super(code, message);
  }
}
