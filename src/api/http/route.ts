/** A route as data: its roles, its request and its response. The server and the OpenAPI document are built from it. */
import type { Readable } from 'node:stream';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Caller, Role, Scope } from '../../store/people/identity.js';
import type { Actor } from '../../store/db/ledger.js';

export const EVERYBODY = ['platform_admin', 'operator', 'auditor', 'tenant_admin', 'tenant_user'] as const;
/** Roles that see payloads, of their own tenant. */
export const PAYERS = ['platform_admin', 'tenant_admin', 'tenant_user'] as const;
export const ADMINISTRATORS = ['platform_admin', 'operator', 'auditor'] as const;
export const OPERATORS = ['platform_admin', 'operator'] as const;

type Roles = readonly Role[] | 'public';

/** Routes that need the scope `run`. All other changes need `administer`. */
const RUNS = [
  /^\/v1\/(executions|schedules)(\/|$)/,
  /^\/v1\/workflows\/:\w+\/(executions|executions\/batch|quote)$/,
  /^\/v1\/approvals\/:\w+\/decision$/,
  /^\/v1\/webhooks\/:\w+\/retry$/,
];

/** The scope that a key needs for this route. A key without scopes may do all that the role of its owner allows. */
export function scopeOf({ method, path, scope }: Pick<Route, 'method' | 'path' | 'scope'>): Scope | 'any' {
  if (scope) return scope;
  if (method === 'get') return 'read';
  return RUNS.some((pattern) => pattern.test(path)) ? 'run' : 'administer';
}

export interface RouteRequest<C = Caller, P = unknown, Q = unknown, H = unknown, B = unknown> {
  /** Null on a public route. */
  caller: C;
  params: P;
  query: Q;
  headers: H;
  body: B;
  /** The author of changes, for the audit log. The system on a public route. */
  actor: Actor;
  /** The bytes of the body, where the route keeps them. */
  raw: Buffer;
  /** Scopes of the caller's key. An empty list allows all. */
  scopes: readonly Scope[];
  /** Set when a signed-in browser sends the request. */
  session: { id: string; expiresAt: Date } | null;
  /** Aborted when the client has disconnected. */
  gone: AbortSignal;
}

export interface Answer {
  /** Overrides the status of the route. */
  status?: number;
  headers?: Record<string, string>;
  /** JSON, or text if the response of the route is text. */
  body?: unknown;
  stream?: Readable;
  /** Signs a browser in; null signs it out. */
  signIn?: { token: string; expiresAt: Date } | null;
}

export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As Express writes it: `/v1/executions/:id`. */
  path: string;
  /** The operation id, such as `listExecutions`. Pages of the dashboard have none. */
  operation?: string;
  roles: Roles;
  /** Overrides the scope that `scopeOf` derives from method and path. */
  scope?: Scope | 'any';
  /** What the route does. Text after the first colon or semicolon becomes the description. */
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** The documented shape of the body, where `handle` checks the body itself. */
  bodyShape?: z.ZodType;
  /** Overrides the default limit of the body's size, such as `4mb`. */
  bodyLimit?: string;
  /** `handle` needs the bytes of the body, for a signature. */
  keepsRaw?: true;
  status: number;
  /** The schema of a JSON body, or a media type. */
  response: z.ZodType | string;
  /** Another answer that is no error, by the query: its status and the schema of its body. */
  otherwise?: { status: number; words: string; response: z.ZodType };
  /** The data of each event, where the response is an event stream. */
  event?: z.ZodType;
  /** Accepts HTTP Basic, for pages that a browser opens. */
  basic?: boolean;
  /** A page of the dashboard, which is not part of the API or its document. */
  page?: boolean;
  /** Handles every path below `path`, instead of `handle`. */
  mount?: RequestHandler;
  handle(asked: RouteRequest<Caller | null>): Promise<Answer> | Answer;
}

type Nothing = z.ZodObject<z.ZodRawShape>;

/** Makes TypeScript check that `handle` fits the schemas beside it. */
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
      asked: RouteRequest<
        R extends 'public' ? null : Caller,
        z.output<P>,
        z.output<Q>,
        z.output<H>,
        z.output<B>
      >,
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
