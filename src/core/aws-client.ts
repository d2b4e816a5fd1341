/** What a client of AWS's SDK is told: the region, or where a stand-in is, and then all else that it would ask the caller's settings for. */

export interface AwsPlace {
  region?: string | undefined;
  /** Set: clients ask this address, and no variable, file, profile or service of the caller has a say in it. */
  standInUrl?: string | undefined;
}

/** Settings that are S3's alone mean nothing to the other clients. */
export const clientSettings = ({ region, standInUrl }: AwsPlace) =>
  standInUrl === undefined ? { ...(region !== undefined && { region }) } : atStandIn(standInUrl);

const atStandIn = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'standin', secretAccessKey: 'standin' },
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
  defaultsMode: 'standard' as const,
  retryMode: 'standard',
  maxAttempts: 3,
  userAgentAppId: 'radiant',
  authSchemePreference: ['sigv4'],
  sigv4aSigningRegionSet: ['us-east-1'],
  useArnRegion: false,
  disableS3ExpressSessionAuth: true,
  requestChecksumCalculation: 'WHEN_SUPPORTED' as const,
  responseChecksumValidation: 'WHEN_SUPPORTED' as const,
});

/** Where a bucket is, when S3 refused a request because it was sent to another region; undefined for every other error. */
export function bucketRegionOf(error: unknown): string | undefined {
  const { name, Region, $response } = error as S3Error;
  const region = $response?.headers?.['x-amz-bucket-region'] ?? Region;
  return typeof name === 'string' && ELSEWHERE.has(name) && /^[a-z0-9-]{1,40}$/.test(region ?? '')
    ? region
    : undefined;
}

interface S3Error {
  name?: unknown;
  Region?: string;
  $response?: { headers?: Record<string, string> };
}

const ELSEWHERE = new Set(['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed']);
