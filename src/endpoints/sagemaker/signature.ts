/** A request that AWS refused for an outdated signature was not executed, so it is signed again and sent once more. */

/** Before it calls this, the SDK has corrected its clock by the date of the refusal. */
const REFUSED = new Set(['RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture']);

export function isStale(error: unknown): boolean {
  const { name, message, $metadata } = error as Error & { $metadata?: { clockSkewCorrected?: boolean } };
  return (
    REFUSED.has(name) ||
    (name === 'InvalidSignatureException' && /expired|not yet current/i.test(message)) ||
    $metadata?.clockSkewCorrected === true
  );
}

const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });

/** For a client whose requests must not be repeated otherwise: each may run a model. */
export const FRESH_SIGNATURE_ONLY = {
  acquireInitialRetryToken: () => Promise.resolve(token(0)),
  refreshRetryTokenForRetry: (
    used: { getRetryCount(): number },
    { error }: { error?: unknown },
  ): Promise<ReturnType<typeof token>> =>
    used.getRetryCount() === 0 && isStale(error)
      ? Promise.resolve(token(1))
      : Promise.reject(new Error('The request is not retried.')),
  recordSuccess: () => undefined,
};
