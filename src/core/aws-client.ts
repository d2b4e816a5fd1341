/** Settings of the AWS SDK's clients. For a stand-in they are complete, so that nothing is read from the caller's environment. */

export interface AwsPlace {
  region?: string | undefined;
  /** If set, clients call this address, and ignore the caller's variables, files, profiles and metadata service. */
  standInUrl?: string | undefined;
}

/** Clients other than S3 ignore the settings that only S3 knows. */
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

/** The bucket's region, if S3 refused a request that was sent to another region. Undefined for every other error. */
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
