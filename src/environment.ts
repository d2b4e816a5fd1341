/** The variables of the environment: what each may hold and what it is without one. */
import { z } from 'zod';
export const MB = 1024 * 1024;

const flag = z.enum(['0', '1']).transform((value) => value === '1');

const whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

export const url = (example: string, ...protocols: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value), {
      error: `must be a URL such as ${example}; in a login or password, @ : / ? # and % are written %40 %3A %2F %3F %23 %25`,
      abort: true,
    })
    .refine((value) => protocols.includes(new URL(value).protocol), {
      error: `must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      abort: true,
    })
    .refine((value) => isDecodable(new URL(value)), {
      error: 'has a % in its login, password or path without two hexadecimal digits after it. Write it %25',
    });

function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    return [username, password, pathname].every((part) => decodeURIComponent(part) !== '\0');
  } catch {
    return false;
  }
}

/** Redis databases have numbers. */
const isRedisPath = (value: string) =>
  !value.startsWith('redis') || /^\/?\d{0,5}$/.test(new URL(value).pathname);

export const environment = z.object({
  DATABASE_URL: url('postgres://login:password@host:5432/database', 'postgres:', 'postgresql:').optional(),
  DATABASE_OWNER_URL: url(
    'postgres://owner:password@host:5432/database',
    'postgres:',
    'postgresql:',
  ).optional(),
  REDIS_URL: url('redis://:password@host:6379/0', 'redis:', 'rediss:', 'postgres:', 'postgresql:')
    .refine(isRedisPath, { error: 'must end with a database number, such as /0, or with its port' })
    .optional(),
  PORT: whole(0, 65_535).default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).optional(),
  RADIANT_DATA_DIR: z.string().min(1).default('.radiant'),
  RADIANT_ENVIRONMENT: z
    .string()
    .regex(/^[a-z0-9]{1,12}$/, 'must be 1 to 12 lower-case letters or digits')
    .default('dev'),
  RADIANT_STANDIN: flag.default(true),
  RADIANT_STANDIN_SPEED: z
    .union([z.literal('instant'), z.coerce.number().positive()], {
      error: 'must be a number above 0, or "instant"',
    })
    .default(60),
  RADIANT_QUEUE_PREFIX: z.string().min(1).default('radiant'),
  RADIANT_S3_BUCKET: z.string().min(3).default('radiant'),
  RADIANT_BLOBS: z.enum(['disk', 's3']).default('disk'),
  RADIANT_DATABASE_CONNECTIONS: whole(4, 1_000).default(20),
  RADIANT_WORKER_CONCURRENCY: whole(1, 10_000).default(200),
  RADIANT_ANSWER_MB: whole(1, 256).default(256),
  RADIANT_KEPT_ANSWERS_MB: whole(0, 1_000_000).default(512),
  RADIANT_LEASE_MS: whole(500, 600_000).default(15_000),
  RADIANT_SWEEP_MS: whole(50, 60_000).default(1_000),
  RADIANT_THERMAL_TICK_MS: whole(50, 60_000).default(5_000),
  RADIANT_LOOK_AHEAD: flag.default(true),
  RADIANT_REAP_MS: whole(100, 86_400_000).default(300_000),
  RADIANT_ORPHAN_GRACE_MS: whole(0, 86_400_000).default(900_000),
  RADIANT_DEADMAN_MS: whole(60_000, 86_400_000).default(3_600_000),
  RADIANT_BILL_SOURCE: z.string().min(1).max(500).optional(),
  RADIANT_POLL_MS: whole(10, 60_000).default(2_000),
  RADIANT_START_WITHIN_MS: whole(1_000, 2_592_000_000).default(86_400_000),
  RADIANT_DRAIN_MS: whole(0, 3_600_000).default(10_000),
  RADIANT_DOUBT_MS: whole(0, 3_600_000).default(60_000),
  RADIANT_EXECUTION_ROLE_ARN: z
    .string()
    .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role')
    .optional(),
  RADIANT_AUTH_TTL_MS: whole(50, 60_000).default(5_000),
  RADIANT_RATE_LIMIT: whole(1, 1_000_000).default(6_000),
  RADIANT_ALLOW_PRIVATE_HOSTS: flag.default(false),
  AWS_REGION: z.string().min(1).optional(),
});
