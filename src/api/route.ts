/** One route as data: who may ask, what is asked and answered. Server and OpenAPI document are made from it. */
import type { Readable } from 'node:stream';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Caller, Role } from '../store/people.js';

export const EVERYBODY = ['platform_admin', 'operator', 'auditor', 'tenant_admin', 'tenant_user'] as const;
/** Those who see payloads: of their own tenant. */
export const PAYERS = ['platform_admin', 'tenant_admin', 'tenant_user'] as const;
export const ADMINISTRATORS = ['platform_admin', 'operator', 'auditor'] as const;
export const OPERATORS = ['platform_admin', 'operator'] as const;

type Roles = readonly Role[] | 'public';

export interface Asked<C = Caller, P = unknown, Q = unknown, H = unknown, B = unknown> {
  /** Null on a public route. */
  caller: C;
  params: P;
  query: Q;
  headers: H;
  body: B;
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
}

export interface Route {
  method: 'get' | 'post' | 'put';
  /** As Express writes it: `/v1/executions/:id`. */
  path: string;
  roles: Roles;
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  status: number;
  /** JSON of a shape, or a media type. */
  response: z.ZodType | string;
  /** May be asked with HTTP Basic, for pages that a browser opens. */
  basic?: boolean;
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
