/** Reads the environment once. Only this file touches `process.env`. All problems are reported together. */
import { fileURLToPath } from 'node:url';
import { safeParse } from './core/validation/zod-errors.js';
import { RadiantError } from './core/errors.js';
import { MB, environment } from './environment.js';

export const SERVICES = ['api', 'scheduler', 'workers', 'thermal'] as const;
export type Service = (typeof SERVICES)[number];

export interface Config {
  databaseUrl: string | undefined;
  /** May create roles and tables. Only `migrate` uses it. */
  ownerUrl: string | undefined;
  /** The server of the queue: Redis, or PostgreSQL for small installations. */
  redisUrl: string | undefined;
  queueUrl: string | undefined;
  port: number;
  host: string;
  /** Undefined means `info`, or only errors where a terminal screen is drawn. */
  logLevel: string | undefined;
  dataDir: string;
  /** The folder of the built dashboard. */
  dashboardDir: string;
  environment: string;
  standInSpeed: number | 'instant';
  queuePrefix: string;
  s3Bucket: string;
  blobs: 'disk' | 's3';
  /** Maximum PostgreSQL connections of one process. Further statements wait for a free one. */
  databaseConnections: number;
  /** Maximum of concurrent tasks in one process, over all models. */
  workerConcurrency: number;
  /** The largest answer of a model, in bytes. */
  answerBytes: number;
  /** Maximum bytes of answers kept in memory, while blob storage is down, that could also be fetched again. */
  keptAnswersBytes: number;
  leaseMs: number;
  sweepMs: number;
  thermalTickMs: number;
  /** Whether models are warmed for forecast tasks. */
  lookAhead: boolean;
  /** How often orphaned endpoints are searched, and how long they are left alone. */
  reapMs: number;
  orphanGraceMs: number;
  /** The dead man: after this time without a thermal service the provider turns a model off by itself. */
  deadManMs: number;
  /** The source of the provider's bill: `none`, `standin`, a file's path, or `s3://bucket/prefix`. */
  billSource: string;
  /** Polling interval for the result of an asynchronous invocation. */
  pollMs: number;
  /** A task fails when its model has started nothing for this time. */
  startWithinMs: number;
  /** How long a stop waits for running work before it hands the work over. */
  drainMs: number;
  /** Minimum wait for the result of a request that was sent but never acknowledged. */
  doubtMs: number;
  /** The role of SageMaker models whose deployment has none. */
  executionRoleArn: string | undefined;
  /** How long a revoked key may still work. */
  authTtlMs: number;
  /** Requests per minute for each key. */
  rateLimit: number;
  allowPrivateHosts: boolean;
  region: string | undefined;
  /** The stand-in that this process started. It replaces AWS entirely. */
  standInUrl: string | undefined;
  /** The PATH in which server binaries are searched. */
  path: string;
  /** Under sudo, the user that runs PostgreSQL. */
  sudoUid: string | undefined;
  /** False: `start` and `demo` use the AWS account of the environment instead of the stand-in. */
  standIn: boolean;
  /** Secrets that the registry may reference as `env:RADIANT_SECRET_…`. */
  secret(reference: string): string | undefined;
}

/** @throws RadiantError `bad_configuration` with all problems in its message, one per line */
export function readConfig(options: { production: boolean }, env: NodeJS.ProcessEnv = process.env): Config {
  const { config, problems } = inspectConfig(options, env);
  if (problems.length > 0) throw badConfiguration(problems);
  return config;
}

export const badConfiguration = (problems: readonly string[]): RadiantError =>
  new RadiantError(
    'bad_configuration',
    `The configuration in the environment is not valid:\n  ${problems.join('\n  ')}`,
  );

/**
 * The configuration, and its problems, one per variable. An invalid variable counts as not set, so that the others are
 * still checked.
 *
 * @param production true if no server is started locally, so both must be configured
 */
export function inspectConfig(
  { production }: { production: boolean },
  env: NodeJS.ProcessEnv = process.env,
): { config: Config; problems: string[] } {
  // The SDK's deprecation reminder matters at build time, not in the log.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = safeParse(environment, given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (production) {
    for (const name of ['DATABASE_URL', 'REDIS_URL']) {
      if (given[name] === undefined)
        problems.push(`${name}: must be set, since start with --services starts no server`);
    }
    if (given.RADIANT_BLOBS === 's3' && given.AWS_REGION === undefined) {
      problems.push('AWS_REGION: must be set if RADIANT_BLOBS is s3');
    }
  }
  const wrong = new Set(parsed.error?.issues.map((issue) => issue.path[0]));
  const set = environment.parse(
    Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name))),
  );
  const config: Config = {
    databaseUrl: set.DATABASE_URL,
    ownerUrl: set.DATABASE_OWNER_URL,
    redisUrl: set.REDIS_URL?.startsWith('redis') ? set.REDIS_URL : undefined,
    queueUrl: set.REDIS_URL?.startsWith('postgres') ? set.REDIS_URL : undefined,
    port: set.PORT,
    host: set.HOST,
    logLevel: set.LOG_LEVEL,
    dataDir: set.RADIANT_DATA_DIR,
    dashboardDir: fileURLToPath(new URL('../dist/dashboard', import.meta.url)),
    environment: set.RADIANT_ENVIRONMENT,
    standInSpeed: set.RADIANT_STANDIN_SPEED,
    queuePrefix: set.RADIANT_QUEUE_PREFIX,
    s3Bucket: set.RADIANT_S3_BUCKET,
    blobs: set.RADIANT_BLOBS,
    databaseConnections: set.RADIANT_DATABASE_CONNECTIONS,
    workerConcurrency: set.RADIANT_WORKER_CONCURRENCY,
    answerBytes: set.RADIANT_ANSWER_MB * MB,
    keptAnswersBytes: set.RADIANT_KEPT_ANSWERS_MB * MB,
    leaseMs: set.RADIANT_LEASE_MS,
    sweepMs: set.RADIANT_SWEEP_MS,
    thermalTickMs: set.RADIANT_THERMAL_TICK_MS,
    lookAhead: set.RADIANT_LOOK_AHEAD,
    reapMs: set.RADIANT_REAP_MS,
    orphanGraceMs: set.RADIANT_ORPHAN_GRACE_MS,
    deadManMs: set.RADIANT_DEADMAN_MS,
    billSource: set.RADIANT_BILL_SOURCE ?? (set.RADIANT_STANDIN && !production ? 'standin' : 'none'),
    pollMs: set.RADIANT_POLL_MS,
    startWithinMs: set.RADIANT_START_WITHIN_MS,
    drainMs: set.RADIANT_DRAIN_MS,
    doubtMs: set.RADIANT_DOUBT_MS,
    executionRoleArn: set.RADIANT_EXECUTION_ROLE_ARN,
    authTtlMs: set.RADIANT_AUTH_TTL_MS,
    rateLimit: set.RADIANT_RATE_LIMIT,
    allowPrivateHosts: set.RADIANT_ALLOW_PRIVATE_HOSTS,
    region: set.AWS_REGION,
    standInUrl: undefined,
    path: given.PATH ?? '',
    sudoUid: given.SUDO_UID,
    standIn: set.RADIANT_STANDIN,
    secret: (reference) =>
      /^env:RADIANT_SECRET_[A-Z0-9_]+$/.test(reference) ? given[reference.slice('env:'.length)] : undefined,
  };
  return { config, problems };
}

/**
 * The real duration of one second that a model publishes: with a stand-in whose clock runs sixty times as fast, machines
 * are sixty times as fast. Money, waits and charts use the real clock.
 */
export const timeScaleOf = ({ standInUrl, standInSpeed }: Config): number =>
  standInUrl === undefined || standInSpeed === 'instant' ? 1 : 1 / standInSpeed;

/** Our environment and more, for a program that a person uses through us. */
export const environmentWith = (more: Record<string, string>): NodeJS.ProcessEnv => ({
  ...process.env,
  ...more,
});

/** The AWS SDK's configured address of all services, if it is not AWS. */
export const awsEndpointUrl = (): string | undefined => process.env.AWS_ENDPOINT_URL || undefined;
