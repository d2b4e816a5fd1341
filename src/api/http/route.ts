/** One route as data: who may ask, what is asked and answered. Server and OpenAPI document are made from it. */
import type { Readable } from 'node:stream';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Caller, Role, Scope } from '../../store/people/identity.js';
import type { Actor } from '../../store/db/ledger.js';

export const EVERYBODY = ['platform_admin', 'operator', 'auditor', 'tenant_admin', 'tenant_user'] as const;
/** Those who see payloads: of their own tenant. */
export const PAYERS = ['platform_admin', 'tenant_admin', 'tenant_user'] as const;
export const ADMINISTRATORS = ['platform_admin', 'operator', 'auditor'] as const;
export const OPERATORS = ['platform_admin', 'operator'] as const;

type Roles = readonly Role[] | 'public';

/** What works with executions; whatever else changes something administers. */
const RUNS = [
  /^\/v1\/executions(\/|$)/,
  /^\/v1\/workflows\/:\w+\/(executions|executions\/batch|quote)$/,
  /^\/v1\/webhooks\/:\w+\/retry$/,
];

/** What a key must be good for to ask this; a key without scopes is good for all that its owner's role may. */
export function scopeOf({ method, path, scope }: Pick<Route, 'method' | 'path' | 'scope'>): Scope | 'any' {
  if (scope) return scope;
  if (method === 'get') return 'read';
  return RUNS.some((pattern) => pattern.test(path)) ? 'run' : 'administer';
}

export interface Asked<C = Caller, P = unknown, Q = unknown, H = unknown, B = unknown> {
  /** Null on a public route. */
  caller: C;
  params: P;
  query: Q;
  headers: H;
  body: B;
  /** Whose the changes are, for the audit log; the system's on a public route. */
  actor: Actor;
  /** Of the caller's key; none is all. */
  scopes: readonly Scope[];
  /** Where a browser asks that is signed in. */
  session: { id: string; expiresAt: Date } | null;
  /** Aborted when the client has gone. */
  gone: AbortSignal;
}

export interface Answer {
  /** Where it is not the route's own. */
  status?: number;
  headers?: Record<string, string>;
  /** JSON, or text where the route answers text. */
  body?: unknown;
  stream?: Readable;
  /** Signs a browser in, or with null out. */
  signIn?: { token: string; expiresAt: Date } | null;
}

export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As Express writes it: `/v1/executions/:id`. */
  path: string;
  /** What programs call it, as in `listExecutions`; pages of the dashboard have none. */
  operation?: string;
  roles: Roles;
  /** Where it is not as `scopeOf` has it from method and path. */
  scope?: Scope | 'any';
  /** What it does, and behind the first colon or semicolon what should be known of it. */
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** What the document says of the body, where `body` leaves its check to somebody else. */
  bodyShape?: z.ZodType;
  /** Where it may be larger than others, such as `4mb`. */
  bodyLimit?: string;
  status: number;
  /** JSON of a shape, or a media type. */
  response: z.ZodType | string;
  /** May be asked with HTTP Basic, for pages that a browser opens. */
  basic?: boolean;
  /** A page of the dashboard: no part of the API, and not in its document. */
  page?: boolean;
  /** Everything below the path goes there instead of to `handle`. */
  mount?: RequestHandler;
  handle(asked: Asked<Caller | null>): Promise<Answer> | Answer;
}

type Nothing = z.ZodObject<z.ZodRawShape>;

/** Checks that `handle` fits the schemas beside it. */
export const route = <
  R extends Roles,
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  H extends z.ZodObject = Nothing,
  B extends z.ZodType = Nothing,
>(
  described: Omit<Route, 'roles' | 'params' | 'query' | 'headers' | 'body' | 'handle'> & {
    roles: R;
    params?: P;
    query?: Q;
    headers?: H;
    body?: B;
    handle(
      asked: Asked<R extends 'public' ? null : Caller, z.output<P>, z.output<Q>, z.output<H>, z.output<B>>,
    ): Promise<Answer> | Answer;
  },
): Route => described;

export const mount = (
  described: Omit<Route, 'handle' | 'method' | 'status'> & { mount: RequestHandler },
): Route => ({
  ...described,
  method: 'get',
  status: 200,
  handle: () => ({}),
});
