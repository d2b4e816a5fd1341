/** Reads the errors of the AWS SDK. */
import { bucketRegionOf } from '../core/aws-client.js';
import { InvocationError } from '../core/errors.js';
import { causeOf, neverMade } from './connection.js';
import { excerpt } from './excerpt.js';
import { isStale } from './sagemaker/signature.js';
import { classify, type ProviderError } from './provider-errors.js';

/** Classifies an error of the AWS SDK. An `InvocationError` passes through. The original is not kept as the cause, since it may contain payload. */
export function awsFault(error: unknown, endpoint: string): InvocationError {
  return error instanceof InvocationError ? error : classify(readSdkError(error), endpoint);
}

export function readSdkError(error: unknown): ProviderError {
  const { name, message, $metadata, $response, $responseBodyText, OriginalStatusCode, OriginalMessage } =
    error as Error & {
      $metadata?: { httpStatusCode?: number; requestId?: string };
      $response?: { headers?: Record<string, string> };
      $responseBodyText?: string;
      OriginalStatusCode?: number;
      OriginalMessage?: string;
    };
  const status = $metadata?.httpStatusCode;
  const answered = status !== undefined;
  return {
    name,
    message,
    status,
    requestId: $metadata?.requestId,
    modelStatus: OriginalStatusCode,
    answer: answered ? excerpt(OriginalMessage ?? $responseBodyText ?? message) : null,
    cause: answered ? undefined : causeOf(error),
    unmade: neverMade(error),
    stale: isStale(error),
    region: bucketRegionOf(error),
    retryAfterMs: readRetryAfter($response?.headers?.['retry-after']),
  };
}

/** One hour. A longer wait that the provider asks for is cut to this. */
const LONGEST_RETRY_MS = 3_600_000;

/** Parses `Retry-After`, in seconds or as an HTTP date; null if it is neither. */
export function readRetryAfter(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(LONGEST_RETRY_MS, Math.max(0, ms));
}
