/** Errors as HTTP tells them (RFC 9457): the only place that knows status codes. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import {
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

export { faultsOf } from '../../core/validation/zod-errors.js';

export const MEDIA_TYPE = 'application/problem+json';

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
    /** With `stale_version`: what there is now. */
    current: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({
    id: 'Problem',
    description: 'What went wrong (RFC 9457); `code` is stable, `detail` says what to do.',
  });
export type Problem = z.infer<typeof problem>;

/** What only a request can get wrong. */
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

/** A browser proves itself by its cookie whoever makes it ask: only pages of ours may make it change something. */
export const crossSite = () =>
  new RequestError(
    'cross_site',
    'Another site made your browser ask for a change: ask from a page of this server, or with an API key.',
  );

/** Whoever is refused a stream looks again at this pace. */
const STREAMS_RETRY_SECONDS = 10;

export const tooMany = (seconds: number) =>
  new RequestError('rate_limited', `Too many requests: try again in ${seconds} s.`, {
    'Retry-After': String(seconds),
  });

/** @param of whose they are, such as `this key` */
export const tooManyStreams = (most: number, of: string) =>
  new RequestError(
    'too_many_streams',
    `${most} event streams of ${of} are open, and no more may be: close one, or try again later.`,
    { 'Retry-After': String(STREAMS_RETRY_SECONDS) },
  );

export const methodNotAllowed = (allowed: readonly string[]) =>
  new RequestError('method_not_allowed', `This path knows ${allowed.join(', ')} only.`, {
    Allow: allowed.join(', '),
  });

export const unknownRoute = () =>
  new RequestError('route_unknown', 'There is nothing at this address: /docs lists what there is.');

export const notJson = () =>
  new RequestError('media_type_unsupported', 'Send the body as JSON, with "Content-Type: application/json".');

/** Express and its body parser mark what a client did wrong with a status. */
const PARSER: Record<number, () => RequestError> = {
  400: () =>
    new RequestError('request_malformed', 'The request could not be read: mend its address or its length.'),
  413: () => new RequestError('body_too_large', 'The body is larger than this takes: send less.'),
  415: notJson,
};
export const malformed = () => new RequestError('body_malformed', 'The body is not JSON: mend its syntax.');

const PATH_CHARACTERS = 200;
const AGAIN = { 'Retry-After': '2' };
const away = () => new RequestError('ledger_unavailable', 'The database does not answer: try again.', AGAIN);
const busy = () =>
  new RequestError('ledger_busy', 'Others are at work on what this asks about: try again.', AGAIN);

const unkept = (message: string, path: string) =>
  new InvalidInput(message, [{ path, message: 'cannot be kept' }]);

/** What PostgreSQL's classes of errors mean to whoever asked; of those that fit, the first. */
const SQL_STATES: readonly [RegExp, (path: string) => RadiantError][] = [
  // A value that its type cannot hold: a NUL in an id, a time zone that is none, a year before the first.
  [/^22/, (path) => unkept('A value in the request cannot be: mend its dates and ids.', path)],
  [/^235(02|14)/, (path) => unkept('A value in the request is not allowed: mend it.', path)],
  [/^23/, () => new Conflict('conflict', 'This contradicts what there is by now: read it again, then ask.')],
  [/^54/, () => new InvalidInput('The request asks for too much at once: ask for less.', [], 'too_much')],
  [/^57014/, () => new RequestError('ledger_busy', 'This took too long: ask for less, or try again.', AGAIN)],
  [/^(40|55)/, busy],
  // Away, starting, stopping or full: nothing that was asked is wrong.
  [/^(08|53|57)/, away],
  [
    /^(?=.*\d)[0-9A-Z]{5}$/,
    () =>
      new RequestError(
        'ledger_unfit',
        'The database cannot do this as it is: tell its operators the requestId.',
      ),
  ],
];
const UNREACHABLE = /^(ECONN\w+|EPIPE|ENOTFOUND|ETIMEDOUT)$/;
const TIMED_OUT = /timeout exceeded when trying to connect|Connection terminated|Query read timeout/;

/** Null for what nobody foresaw. */
export function known(error: unknown): RadiantError | null {
  if (error instanceof RadiantError) return error;
  const { status, code, message } = error as Partial<Record<string, unknown>>;
  if (typeof status === 'number' && PARSER[status]) return PARSER[status]();
  const told = SQL_STATES.find(([states]) => states.test(String(code)));
  if (told) return told[1](fieldIn(error));
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

/** Where PostgreSQL found it: a column goes by the name of its field. */
function fieldIn(error: unknown): string {
  const { column, constraint } = error as { column?: string; constraint?: string };
  const name = column?.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return name ?? constraint ?? WHOLE;
}

/** A refusal always names its place: of what none is known the request as a whole. */
const WHOLE = 'request';
const placesOf = ({ faults, message }: InvalidInput): readonly Fault[] =>
  faults.length > 0 ? faults : [{ path: WHOLE, message }];

/** Anything unforeseen is `internal`, and none of its text leaves the house. */
export function problemOf(
  error: unknown,
  requestId: string,
): { body: Problem; headers: Record<string, string> } {
  const told = known(error);
  const status = told && statusOf(told);
  if (!told || !status)
    return {
      body: describe(500, 'internal', 'Something broke here: tell us the requestId.', requestId),
      headers: {},
    };
  const errors: readonly Fault[] =
    told instanceof InvalidInput
      ? firstOf(placesOf(told))
      : told instanceof Refused
        ? firstOf(told.faults)
        : [];
  const body = describe(status, told.code, told.message, requestId);
  return {
    body: {
      ...body,
      ...(errors.length > 0 && {
        errors: errors.map(({ path, message }) => ({ path: cut(path || WHOLE, PATH_CHARACTERS), message })),
      }),
      ...(told instanceof Conflict && told.current && { current: { ...told.current } }),
    },
    headers: told instanceof RequestError ? told.headers : told instanceof Unavailable ? AGAIN : {},
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
