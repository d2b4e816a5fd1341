/** Errors, each with a stable code. A message says what to do next. It never holds a payload or a secret. */

/** `retry.ts` says what each class means for a task's attempt. */
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

/** One fault of an input; `path` is a JSON path such as `parameters.sequence`. */
export interface Fault {
  path: string;
  message: string;
}

/** The most faults that are reported at once. The check stops there; the next attempt reports the others. */
export const MAX_FAULTS = 100;

/** An input is not valid; `faults` names each field. */
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

/** The request conflicts with the database: a stale version, a key used for another body, a finished execution. */
export class Conflict extends RadiantError {
  constructor(
    code: string,
    message: string,
    /** The current state, so that the caller can resolve the conflict. */
    readonly current?: object,
  ) {
    super(code, message);
  }
}

/** The request is not what was agreed to before; `changes` names each difference. */
export class Changed extends Conflict {
  constructor(
    code: string,
    message: string,
    readonly changes: readonly { field: string; quoted: string | null; now: string | null }[],
  ) {
    super(code, message);
  }
}

/** The request is valid, but this caller may not make it: tier, role, licence, budget. */
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
 * Something of our own is away or full. The request is fine: it waits or is retried. This error never uses an attempt and
 * never fails a task.
 */
export class Unavailable extends RadiantError {
  declare readonly code: 'storage_unavailable' | 'queue_unavailable' | 'secret_unavailable';
}

/** What a failed request shows of its endpoint. It may hold payload, so it is stored with the attempt and never logged. */
export interface Evidence {
  /** HTTP status of the response; null if there was none. */
  status: number | null;
  /** The status that the model's own container returned, if a provider forwards the request. */
  modelStatus: number | null;
  /** The beginning of the response, as text that PostgreSQL can store; null if there was none. */
  answer: string | null;
  /** What happened to the connection; null if a response arrived. */
  cause: string | null;
}

/** What is known of a failed request, apart from its error. */
export interface FailureDetails {
  evidence?: Evidence;
  /** The usage that the response reports, although the response itself cannot be used. */
  usage?: Record<string, unknown>;
  /** `Retry-After` of the endpoint. */
  retryAfterMs?: number;
  /** How long the endpoint may still work on the request, if this failure shows more than the driver's plan does. */
  lingerMs?: number;
}

/** A model's endpoint did not return a valid result; `errorClass` decides what happens to the attempt. */
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
