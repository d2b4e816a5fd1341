/** A request that AWS refused for the age of its signature was not carried out: it is signed anew and sent once more. */

/** The SDK corrects its clock by the date of the refusal before it asks here. */
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

/** For a client whose requests may not be repeated otherwise: each may be a run on a GPU. */
export const FRESH_SIGNATURE_ONLY = {
  acquireInitialRetryToken: () => Promise.resolve(token(0)),
  refreshRetryTokenForRetry: (
    used: { getRetryCount(): number },
    { error }: { error?: unknown },
  ): Promise<ReturnType<typeof token>> =>
    used.getRetryCount() === 0 && isStale(error)
      ? Promise.resolve(token(1))
      : Promise.reject(new Error('It is not sent again.')),
  recordSuccess: () => undefined,
};
