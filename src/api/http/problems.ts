/** Maps errors to HTTP problem documents (RFC 9457). Only this file knows status codes. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import {
  Changed,
  Conflict,
  InvalidInput,
  NotFound,
  RadiantError,
  Refused,
  Unavailable,
  type Fault,
} from '../../core/errors.js';
import { cut } from '../../core/json/text.js';

import { firstOf } from '../../core/validation/zod-errors.js';

export const MEDIA_TYPE = 'application/problem+json';

export const change = z.strictObject({
  field: z.string(),
  quoted: z.string().nullable(),
  now: z.string().nullable(),
});

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
    /** With `quote_changed`: each difference between the quote and the request. */
    changes: z.array(change).optional(),
    /** With `stale_version`: the resource as it is now. */
    current: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({
    id: 'Problem',
    description: 'An error (RFC 9457). `code` is stable. `detail` says what to do.',
  });
export type Problem = z.infer<typeof problem>;

/** Errors that only an HTTP request can cause. */
class RequestError extends RadiantError {
  constructor(
    code: keyof typeof BY_CODE,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(code, message);
  }
}

const BY_CODE = {
  body_malformed: 400,
  request_malformed: 400,
  unauthenticated: 401,
  signature_missing: 401,
  signature_wrong: 401,
  signature_expired: 401,
  budget_exceeded: 402,
  cross_site: 403,
  route_unknown: 404,
  method_not_allowed: 405,
  stale_version: 412,
  body_too_large: 413,
  media_type_unsupported: 415,
  rate_limited: 429,
  too_many_streams: 429,
  ledger_unavailable: 503,
  ledger_busy: 503,
  ledger_unfit: 503,
} as const;

export const unauthenticated = (
  scheme: 'Bearer' | 'Basic',
  message = 'Send a valid API key: "Authorization: Bearer rdt_…".',
) => new RequestError('unauthenticated', message, { 'WWW-Authenticate': `${scheme} realm="Radiant"` });

/** Its sender has no key, and its address may be that of many, so it is not counted as one that guesses keys. */
export const wrongSignature = (
  code: 'signature_missing' | 'signature_wrong' | 'signature_expired',
  message: string,
) => new RequestError(code, message);

/** A browser sends its cookie whichever site makes the request, so changes are accepted only from our own pages. */
export const crossSite = () =>
  new RequestError(
    'cross_site',
    'Another site made your browser send this change. Send it from a page of this server, or with an API key.',
  );

/** When a client should retry after a stream was refused. */
const STREAMS_RETRY_SECONDS = 10;

export const tooMany = (seconds: number) =>
  new RequestError('rate_limited', `Too many requests. Try again in ${seconds} s.`, {
    'Retry-After': String(seconds),
  });

/** @param of the owner of the streams, such as `this key` */
export const tooManyStreams = (most: number, of: string) =>
  new RequestError(
    'too_many_streams',
    `${most} event streams of ${of} are open, which is the limit. Close one, or try again later.`,
    { 'Retry-After': String(STREAMS_RETRY_SECONDS) },
  );

export const methodNotAllowed = (allowed: readonly string[]) =>
  new RequestError('method_not_allowed', `This path allows ${allowed.join(', ')} only.`, {
    Allow: allowed.join(', '),
  });

export const unknownRoute = () =>
  new RequestError('route_unknown', 'No route has this address. /docs lists all routes.');

export const notJson = () =>
  new RequestError('media_type_unsupported', 'Send the body as JSON, with "Content-Type: application/json".');

/** Express and its body parser mark client errors with a status. */
const PARSER: Record<number, () => RequestError> = {
  400: () =>
    new RequestError('request_malformed', 'The request could not be read. Check its address and its length.'),
  413: () => new RequestError('body_too_large', 'The body is larger than this route accepts. Send less.'),
  415: notJson,
};
export const malformed = () =>
  new RequestError('body_malformed', 'The body is not valid JSON. Fix its syntax.');

const PATH_CHARACTERS = 200;
const AGAIN = { 'Retry-After': '2' };
const away = () => new RequestError('ledger_unavailable', 'The database does not respond. Try again.', AGAIN);
const busy = () =>
  new RequestError('ledger_busy', 'Another request is changing the same data. Try again.', AGAIN);

const notStorable = (message: string, path: string) =>
  new InvalidInput(message, [{ path, message: 'cannot be stored' }]);

/** What PostgreSQL's error classes mean to the caller. The first match counts. */
const SQL_STATES: readonly [RegExp, (path: string) => RadiantError][] = [
  // A value outside of its type: a NUL in an id, an unknown time zone, a year before year 1.
  [/^22/, (path) => notStorable('A value in the request is out of range. Check its dates and ids.', path)],
  [/^235(02|14)/, (path) => notStorable('A value in the request is not allowed. Change it.', path)],
  [/^23/, () => new Conflict('conflict', 'This conflicts with the current data. Read it again, then retry.')],
  [/^54/, () => new InvalidInput('The request asks for too much at once. Ask for less.', [], 'too_much')],
  [/^57014/, () => new RequestError('ledger_busy', 'This took too long. Ask for less, or try again.', AGAIN)],
  [/^(40|55)/, busy],
  // The database is unreachable, starting, stopping or full. The request itself is valid.
  [/^(08|53|57)/, away],
  [
    /^(?=.*\d)[0-9A-Z]{5}$/,
    () =>
      new RequestError(
        'ledger_unfit',
        'The database refuses this statement. Report the requestId to its operators.',
      ),
  ],
];
const UNREACHABLE = /^(ECONN\w+|EPIPE|ENOTFOUND|ETIMEDOUT)$/;
const TIMED_OUT = /timeout exceeded when trying to connect|Connection terminated|Query read timeout/;

/** Null for an unexpected error. */
export function known(error: unknown): RadiantError | null {
  if (error instanceof RadiantError) return error;
  const { status, code, message } = error as Partial<Record<string, unknown>>;
  if (typeof status === 'number' && PARSER[status]) return PARSER[status]();
  const match = SQL_STATES.find(([states]) => states.test(String(code)));
  if (match) return match[1](fieldIn(error));
  return UNREACHABLE.test(String(code)) || TIMED_OUT.test(String(message)) ? away() : null;
}

function statusOf(error: RadiantError): number | undefined {
  const { code } = error;
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code as keyof typeof BY_CODE];
  if (error instanceof Unavailable) return 503;
  if (error instanceof InvalidInput) return 422;
  if (error instanceof NotFound) return 404;
  if (error instanceof Conflict) return 409;
  return error instanceof Refused ? 403 : undefined;
}

/** The place that PostgreSQL names: a column is reported under the name of its field. */
function fieldIn(error: unknown): string {
  const { column, constraint } = error as { column?: string; constraint?: string };
  const name = column?.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return name ?? constraint ?? WHOLE;
}

/** Every refusal names a place: the whole request where no field is known. */
const WHOLE = 'request';
const placesOf = ({ faults, message }: InvalidInput): readonly Fault[] =>
  faults.length > 0 ? faults : [{ path: WHOLE, message }];

/** An unexpected error becomes `internal`. Its text never leaves the server. */
export function problemOf(
  error: unknown,
  requestId: string,
): { body: Problem; headers: Record<string, string> } {
  const expected = known(error);
  const status = expected && statusOf(expected);
  if (!expected || !status)
    return {
      body: describe(
        500,
        'internal',
        'An internal error occurred. Report the requestId to the operators.',
        requestId,
      ),
      headers: {},
    };
  const errors: readonly Fault[] =
    expected instanceof InvalidInput
      ? firstOf(placesOf(expected))
      : expected instanceof Refused
        ? firstOf(expected.faults)
        : [];
  const body = describe(status, expected.code, expected.message, requestId);
  return {
    body: {
      ...body,
      ...(errors.length > 0 && {
        errors: errors.map(({ path, message }) => ({ path: cut(path || WHOLE, PATH_CHARACTERS), message })),
      }),
      ...(expected instanceof Changed && { changes: [...expected.changes] }),
      ...(expected instanceof Conflict && expected.current && { current: { ...expected.current } }),
    },
    headers:
      expected instanceof RequestError ? expected.headers : expected instanceof Unavailable ? AGAIN : {},
  };
}

const describe = (status: number, code: string, detail: string, requestId: string): Problem => ({
  type: `urn:radiant:problem:${code}`,
  title: STATUS_CODES[status] ?? 'Error',
  status,
  code,
  detail,
  requestId,
});
