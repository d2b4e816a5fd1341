/** Says what a provider's error means for the attempt. Messages hold codes, statuses, names and request ids only. */
import { InvocationError, type ErrorClass } from '../core/errors.js';

/** What is known of an error; `message` is looked at, never passed on. */
interface Seen {
  name: string;
  status?: number | undefined;
  requestId?: string | undefined;
  message: string;
  /** What the model's own container answered. */
  modelStatus?: number | undefined;
}

type Rule = readonly [applies: (seen: Seen) => boolean, errorClass: ErrorClass, code: string, advice: string];

const named =
  (...names: string[]) =>
  (seen: Seen) =>
    names.includes(seen.name);
const says =
  (...texts: string[]) =>
  ({ name, message }: Seen) =>
    /^Validation(Error|Exception)$/.test(name) && texts.some((text) => message.includes(text));
const between =
  (low: number, high: number) =>
  ({ status = 0 }: Seen) =>
    status >= low && status <= high;
const fromModel =
  (low: number, high: number) =>
  ({ modelStatus = -1 }: Seen) =>
    modelStatus >= low && modelStatus <= high;
const timedOut = ({ modelStatus, message }: Seen) => modelStatus === 0 && message.includes('timed out');

const THROTTLES = named(
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
);
const EXPIRED = named('ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'RequestTimeTooSkewed');

/** The first rule that applies decides; a name says more than a status, and the model more than either. */
const RULES: readonly Rule[] = [
  [fromModel(429, 429), 'throttled', 'model_busy', 'The model takes no more requests for now.'],
  [fromModel(400, 499), 'invalid', 'model_rejected', 'The model rejects this input: correct it.'],
  [
    // The 60 seconds of a real-time endpoint: the same input would run into them again.
    (seen) => seen.name === 'ModelError' && timedOut(seen),
    'invalid',
    'model_timeout',
    'The model exceeded what a real-time request may take: deploy it with the driver "sagemaker-async".',
  ],
  [timedOut, 'timeout', 'model_timeout', "The model did not finish in time: raise the task's timeout."],
  [fromModel(0, 999), 'transient', 'model_failed', 'The model failed.'],
  [named('ModelError', 'AsyncFailure'), 'transient', 'model_failed', 'The model failed.'],
  [named('ModelNotReadyException'), 'not_ready', 'model_not_ready', 'The model is still loading.'],
  [THROTTLES, 'throttled', 'throttled', 'Too many requests.'],
  [between(429, 429), 'throttled', 'throttled', 'Too many requests.'],
  [says('no capacity'), 'not_ready', 'no_capacity', 'No instance is there to take the request.'],
  [says('not found', 'Could not find'), 'not_ready', 'endpoint_absent', 'The endpoint is not there.'],
  [EXPIRED, 'transient', 'credentials_expired', 'The AWS credentials have expired.'],
  [
    named('CredentialsProviderError'),
    'transient',
    'no_credentials',
    'No AWS credentials were found: set AWS_* variables or a role.',
  ],
  // The control planes say so with a status of 400.
  [
    named('AccessDenied', 'AccessDeniedException', 'UnrecognizedClientException'),
    'invalid',
    'access_denied',
    'Access was denied: check credentials and permissions.',
  ],
  [between(401, 401), 'invalid', 'access_denied', 'Access was denied: check credentials and permissions.'],
  [between(403, 403), 'invalid', 'access_denied', 'Access was denied: check credentials and permissions.'],
  [between(413, 413), 'invalid', 'request_too_large', 'The request is too large for this endpoint.'],
  [between(500, 599), 'transient', 'service_failed', 'The service failed.'],
  [between(408, 408), 'transient', 'service_failed', 'The service failed.'],
  [
    between(300, 399),
    'invalid',
    'redirected',
    'The answer is a redirect, which is never followed: correct the URL.',
  ],
  [
    // The SDK could make nothing of the body, which was cut short or a proxy's: no ground for giving up.
    (seen) => between(400, 499)(seen) && named('Error', 'SyntaxError', 'Unknown')(seen),
    'transient',
    'invalid_response',
    'The answer could not be read.',
  ],
  [
    between(400, 499),
    'invalid',
    'request_refused',
    'The provider refused the request: check the deployment.',
  ],
];
const UNREACHED: Rule = [() => true, 'transient', 'connection_lost', 'The connection failed.'];

/** An error that also says when to come again. */
export class RetryLater extends InvocationError {
  constructor(
    errorClass: ErrorClass,
    code: string,
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(errorClass, code, message);
  }
}

export function classify(seen: Seen, endpoint: string): InvocationError {
  const [, errorClass, code, advice] = RULES.find(([applies]) => applies(seen)) ?? UNREACHED;
  const facts = [
    `endpoint ${endpoint}`,
    // A name comes from outside too: one that is no identifier might be anything.
    /^[A-Za-z]{1,64}$/.test(seen.name) && seen.name,
    seen.status !== undefined && `HTTP ${seen.status}`,
    seen.modelStatus !== undefined && `model status ${seen.modelStatus}`,
    /^[\w-]{1,128}$/.test(seen.requestId ?? '') && `request ${seen.requestId}`,
  ].filter(Boolean);
  return new InvocationError(errorClass, code, `${advice} (${facts.join(', ')})`);
}

/** An error of the AWS SDK; an `InvocationError` passes through. It is not kept as the cause: it may hold payload. */
export function awsFault(error: unknown, endpoint: string): InvocationError {
  return error instanceof InvocationError ? error : classify(look(error), endpoint);
}

export function look(error: unknown): Seen {
  const { name, message, $metadata, OriginalStatusCode } = error as Error & {
    $metadata?: { httpStatusCode?: number; requestId?: string };
    OriginalStatusCode?: number;
  };
  return {
    name,
    message,
    status: $metadata?.httpStatusCode,
    requestId: $metadata?.requestId,
    modelStatus: OriginalStatusCode,
  };
}

/** What an asynchronous failure object says. Its shape is not documented: any text or JSON that tells a status will do. */
export function failureFault(text: string, endpoint: string): InvocationError {
  const status =
    /(?:client|server) error \((\d{1,3})\)/.exec(text) ?? /"OriginalStatusCode"\s*:\s*(\d{1,3})\b/.exec(text);
  return classify(
    { name: 'AsyncFailure', message: text, modelStatus: status ? Number(status[1]) : undefined },
    endpoint,
  );
}

/** An answer that came on a connection went with it. */
export function refuseAdoption(adopt: boolean, endpoint: string): void {
  if (adopt)
    throw new InvocationError('lost', 'not_adoptable', `The answer of ${endpoint} went with its connection.`);
}
