/** Classifies provider errors for the attempt. Messages contain only codes, statuses, names and request ids. */
import { InvocationError, type FailureDetails, type ErrorClass } from '../core/errors.js';
import { isOwnShortage } from './connection.js';
import { excerpt } from './excerpt.js';

/** What is known of an error; `message` and `answer` are looked at, and go with it as evidence only. */
export interface ProviderError {
  name: string;
  status?: number | undefined;
  requestId?: string | undefined;
  message: string;
  /** The status of the model's own container. */
  modelStatus?: number | undefined;
  /** The start of the endpoint's answer. */
  answer?: string | null;
  /** Why the connection failed, where no answer came. */
  cause?: string | undefined;
  /** The connection was never made, so nothing was sent. */
  unmade?: boolean;
  /** The signature was too old when it arrived. */
  stale?: boolean;
  /** The region of an S3 bucket, if it is another one. */
  region?: string | undefined;
  retryAfterMs?: number | null;
}

type Advice = string | ((seen: ProviderError) => string);
type Rule = readonly [
  applies: (seen: ProviderError) => boolean,
  errorClass: ErrorClass,
  code: string,
  advice: Advice,
];

const named =
  (...names: string[]) =>
  (seen: ProviderError) =>
    names.includes(seen.name);
const says =
  (...texts: string[]) =>
  ({ name, message }: ProviderError) =>
    /^Validation(Error|Exception)$/.test(name) && texts.some((text) => message.includes(text));
const between =
  (low: number, high: number) =>
  ({ status = 0 }: ProviderError) =>
    status >= low && status <= high;
const fromModel =
  (low: number, high: number) =>
  ({ modelStatus = -1 }: ProviderError) =>
    modelStatus >= low && modelStatus <= high;
/** The response asks to retry later, in its header or its text. */
const loading = ({ message, retryAfterMs = null }: ProviderError) =>
  retryAfterMs !== null ||
  /\b(loading|loaded yet|warming|starting|initiali[sz]ing|scaling up|not (yet )?ready|not (yet )?loaded)\b/i.test(
    message,
  );
const timedOut = ({ modelStatus, message }: ProviderError) =>
  modelStatus === 0 && message.includes('timed out');

const THROTTLES = named(
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
);
const EXPIRED = named('ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'RequestTimeTooSkewed');

/** Codes of failures before the endpoint was reached: the request was never sent. */
export const NEVER_SENT = new Set(['no_socket', 'input_not_stored']);

/** The first matching rule decides. The model's own status precedes error names, which precede HTTP statuses. */
const RULES: readonly Rule[] = [
  [
    (seen) => seen.unmade === true && isOwnShortage(seen.cause),
    'not_ready',
    'no_socket',
    ({ cause }) => `Nothing was sent: ${cause}.`,
  ],
  [
    (seen) => seen.unmade === true,
    'transient',
    'unreachable',
    ({ cause }) => `The endpoint cannot be reached: ${cause}.`,
  ],
  [
    (seen) => seen.stale === true,
    'transient',
    'clock_skew',
    'The signature was too old. Set the clock of this machine.',
  ],
  [fromModel(429, 429), 'throttled', 'model_busy', 'The model accepts no more requests for now.'],
  [
    (seen) => fromModel(503, 503)(seen) && loading(seen),
    'not_ready',
    'model_loading',
    'The model is still loading.',
  ],
  [fromModel(400, 499), 'invalid', 'model_rejected', 'The model rejected this input. Correct it.'],
  [
    // The 60 second limit of a real-time endpoint: a retry of the same input would reach it again.
    (seen) => seen.name === 'ModelError' && timedOut(seen),
    'invalid',
    'model_timeout',
    'The model exceeded the time limit of real-time requests. Deploy it with the driver "sagemaker-async".',
  ],
  [timedOut, 'timeout', 'model_timeout', "The model did not finish in time. Raise the task's timeout."],
  [fromModel(0, 999), 'transient', 'model_failed', 'The model failed.'],
  [named('ModelError', 'AsyncFailure'), 'transient', 'model_failed', 'The model failed.'],
  [named('ModelNotReadyException'), 'not_ready', 'model_not_ready', 'The model is still loading.'],
  [THROTTLES, 'throttled', 'throttled', 'Too many requests.'],
  [between(429, 429), 'throttled', 'throttled', 'Too many requests.'],
  [says('no capacity'), 'not_ready', 'no_capacity', 'No instance is available for the request.'],
  [says('not found', 'Could not find'), 'not_ready', 'endpoint_absent', 'The endpoint does not exist.'],
  [EXPIRED, 'transient', 'credentials_expired', 'The AWS credentials have expired.'],
  [
    named('CredentialsProviderError'),
    'transient',
    'no_credentials',
    'No AWS credentials were found. Set AWS_* variables or a role.',
  ],
  // The control planes use status 400 for these.
  [
    named('AccessDenied', 'AccessDeniedException', 'UnrecognizedClientException'),
    'invalid',
    'access_denied',
    'Access was denied. Check credentials and permissions.',
  ],
  [between(401, 401), 'invalid', 'access_denied', 'Access was denied. Check credentials and permissions.'],
  [between(403, 403), 'invalid', 'access_denied', 'Access was denied. Check credentials and permissions.'],
  [
    (seen) => seen.region !== undefined,
    'invalid',
    'wrong_region',
    ({ region }) =>
      `The bucket is in the region ${region}. Set AWS_REGION to it, or use a bucket of this region.`,
  ],
  [between(413, 413), 'invalid', 'request_too_large', 'The request is too large for this endpoint.'],
  [
    (seen) => between(503, 503)(seen) && loading(seen),
    'not_ready',
    'model_loading',
    'The model is still loading.',
  ],
  // A gateway before the model closed the connection, and the model may work on.
  [
    (seen) => [504, 524].includes(seen.status ?? 0) && seen.name === '',
    'transient',
    'gateway_timeout',
    "A gateway before the model timed out. Make the model answer sooner, or raise the gateway's timeout.",
  ],
  [between(500, 599), 'transient', 'service_failed', 'The service failed.'],
  [between(408, 408), 'transient', 'service_failed', 'The service failed.'],
  [
    between(300, 399),
    'invalid',
    'redirected',
    'The answer is a redirect, which is never followed. Correct the URL.',
  ],
  [
    // The SDK could not parse the body, which was cut short or came from a proxy: a retry may succeed.
    (seen) => between(400, 499)(seen) && named('Error', 'SyntaxError', 'Unknown')(seen),
    'transient',
    'invalid_response',
    'The answer could not be read.',
  ],
  [
    between(400, 499),
    'invalid',
    'request_refused',
    'The provider refused the request. Check the deployment.',
  ],
];
const LOST: Rule = [
  () => true,
  'transient',
  'connection_lost',
  ({ cause = 'the connection failed' }) => `No answer came: ${cause}.`,
];

export function classify(seen: ProviderError, endpoint: string): InvocationError {
  const [, errorClass, code, advice] = RULES.find(([applies]) => applies(seen)) ?? LOST;
  const facts = [
    `endpoint ${endpoint}`,
    // The name comes from outside too, so only an identifier is shown.
    /^[A-Za-z]{1,64}$/.test(seen.name) && seen.name,
    seen.status !== undefined && `HTTP ${seen.status}`,
    seen.modelStatus !== undefined && `model status ${seen.modelStatus}`,
    /^[\w-]{1,128}$/.test(seen.requestId ?? '') && `request ${seen.requestId}`,
  ].filter(Boolean);
  const text = typeof advice === 'string' ? advice : advice(seen);
  return new InvocationError(errorClass, code, `${text} (${facts.join(', ')})`, detailsOf(seen));
}

function detailsOf({
  status,
  modelStatus,
  answer = null,
  cause,
  retryAfterMs = null,
}: ProviderError): FailureDetails {
  const evidence = { status: status ?? null, modelStatus: modelStatus ?? null, answer, cause: cause ?? null };
  return {
    ...(Object.values(evidence).some((value) => value !== null) && { evidence }),
    ...(retryAfterMs !== null && { retryAfterMs }),
  };
}

/** Classifies an asynchronous failure object. Its shape is not documented, so any text or JSON that contains a status is accepted. */
export function failureFault(text: string, endpoint: string): InvocationError {
  const status =
    /(?:client|server) error \((\d{1,3})\)/.exec(text) ?? /"OriginalStatusCode"\s*:\s*(\d{1,3})\b/.exec(text);
  const modelStatus = status ? Number(status[1]) : undefined;
  return classify({ name: 'AsyncFailure', message: text, modelStatus, answer: excerpt(text) }, endpoint);
}

/** A synchronous answer cannot be adopted: it is lost with its connection. */
export function refuseAdoption(adopt: boolean, endpoint: string): void {
  if (adopt)
    throw new InvocationError(
      'lost',
      'not_adoptable',
      `The answer of ${endpoint} was lost with its connection.`,
    );
}
