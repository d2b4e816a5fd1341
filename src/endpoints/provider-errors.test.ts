import { expect, it } from 'vitest';
import { failureFault } from './provider-errors.js';
import { awsFault } from './sdk-errors.js';

const sdkError = (name: string, httpStatusCode: number | undefined, message: string, extra: object = {}) =>
  Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode, requestId: 'request-1' },
    ...extra,
  });

it.each([
  ['ValidationError', 400, 'Endpoint x of account 1 not found.', 'not_ready', 'endpoint_absent'],
  [
    'ValidationError',
    400,
    'Inference Component has no capacity to process this request.',
    'not_ready',
    'no_capacity',
  ],
  ['ValidationError', 400, '1 validation error detected', 'invalid', 'request_refused'],
  ['ModelNotReadyException', 429, '', 'not_ready', 'model_not_ready'],
  ['ThrottlingException', 400, '', 'throttled', 'throttled'],
  ['TooManyRequestsException', 429, '', 'throttled', 'throttled'],
  ['SlowDown', 503, '', 'throttled', 'throttled'],
  ['InternalFailure', 500, '', 'transient', 'service_failed'],
  ['ServiceUnavailable', 503, '', 'transient', 'service_failed'],
  ['InternalDependencyException', 530, '', 'transient', 'service_failed'],
  ['SyntaxError', 502, 'Unexpected token <', 'transient', 'service_failed'],
  ['SyntaxError', 400, 'Unexpected end of JSON', 'transient', 'invalid_response'],
  ['ServiceUnavailable', 503, 'The model is still loading', 'not_ready', 'model_loading'],
  ['AccessDeniedException', 403, '', 'invalid', 'access_denied'],
  ['AccessDeniedException', 400, '', 'invalid', 'access_denied'],
  ['ExpiredTokenException', 403, '', 'transient', 'credentials_expired'],
  ['CredentialsProviderError', undefined, '', 'transient', 'no_credentials'],
  ['TimeoutError', undefined, 'socket hang up', 'transient', 'connection_lost'],
] as const)('%s %s "%s" is %s', (name, status, message, errorClass, code) => {
  expect(awsFault(sdkError(name, status, message), 'x')).toMatchObject({ errorClass, code });
});

it.each([
  [400, '', 'invalid', 'model_rejected'],
  [429, '', 'throttled', 'model_busy'],
  [503, 'Received server error (503) with message "loading weights"', 'not_ready', 'model_loading'],
  [503, '', 'transient', 'model_failed'],
  [500, '', 'transient', 'model_failed'],
  [0, 'Your invocation timed out while waiting for a response', 'invalid', 'model_timeout'],
  [0, 'could not get a response from the endpoint', 'transient', 'model_failed'],
  [undefined, '', 'transient', 'model_failed'],
] as const)('a ModelError with %s "%s" is %s', (OriginalStatusCode, message, errorClass, code) => {
  const error = sdkError('ModelError', 424, message, { OriginalStatusCode });
  expect(awsFault(error, 'x')).toMatchObject({ errorClass, code });
});

it.each([
  ['Received client error (400) from primary with message "x"', 'invalid'],
  ['{"OriginalStatusCode": 422, "OriginalMessage": "x"}', 'invalid'],
  ['{"failureReason":"ClientError: Received server error (500) from model."}', 'transient'],
  ['Received server error (0) from primary with message "Your invocation timed out"', 'timeout'],
  ['whatever', 'transient'],
  ['', 'transient'],
] as const)('the failure object %s is %s', (text, errorClass) => {
  expect(failureFault(text, 'x')).toMatchObject({ errorClass });
});

it('of a bucket in another region names that region', () => {
  const elsewhere = (name: string, extra: object) => awsFault(sdkError(name, 301, 'said', extra), 'x');
  const $response = { headers: { 'x-amz-bucket-region': 'eu-west-1' } };
  expect(elsewhere('PermanentRedirect', { $response })).toMatchObject({
    errorClass: 'invalid',
    code: 'wrong_region',
    message: expect.stringContaining('in the region eu-west-1. Set AWS_REGION'),
  });
  expect(elsewhere('AuthorizationHeaderMalformed', { Region: 'eu-west-1' })).toMatchObject({
    code: 'wrong_region',
  });
  expect(elsewhere('PermanentRedirect', {})).toMatchObject({ code: 'redirected' });
});

it("keeps the model's answer beside the message", () => {
  const error = sdkError('ModelError', 424, 'around it', {
    OriginalMessage: 'CUDA',
    OriginalStatusCode: 500,
  });
  expect(awsFault(error, 'x').details.evidence).toEqual({
    status: 424,
    modelStatus: 500,
    answer: 'CUDA',
    cause: null,
  });
  expect(failureFault('Received server error (500) from model', 'x').details.evidence).toEqual({
    status: null,
    modelStatus: 500,
    answer: 'Received server error (500) from model',
    cause: null,
  });
});

it('shows codes and ids, never the request or the answer', () => {
  const secret = 'patient Jane Doe';
  const error = sdkError('ModelError', 424, secret, { OriginalMessage: secret, OriginalStatusCode: 400 });
  const fault = awsFault(error, 'radiant-dev-x');
  expect(fault.message).toBe(
    'The model rejected this input. Correct it. (endpoint radiant-dev-x, ModelError, HTTP 424, model status 400, request request-1)',
  );
  expect(fault.cause).toBeUndefined();
  expect(awsFault(sdkError(secret, 400, secret), 'x').message).not.toContain('Jane');
});
