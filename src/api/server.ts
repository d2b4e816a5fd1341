/** Builds the Express app from the table of routes: identify, authorise, limit, read, answer. */
import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { z } from 'zod';
import { InvalidInput, NotFound, RadiantError, type Fault } from '../core/errors.js';
import { readJson } from '../core/json/exact-numbers.js';
import { safeParse, faultsOf } from '../core/validation/zod-errors.js';
import { checkShape } from '../core/json/limits.js';
import type { Log } from '../log.js';
import { actorOf, whereFrom } from './http/actor.js';
import { mustBeAllowed, type Auth, type Authenticated } from './http/auth.js';
import { cookieFor, isCrossSite } from './http/cookie.js';
import type { Limits } from './http/limits.js';
import {
  MEDIA_TYPE,
  crossSite,
  malformed,
  methodNotAllowed,
  notJson,
  problemOf,
  unauthenticated,
  unknownRoute,
} from './http/problems.js';
import type { Answer, Route } from './http/route.js';

const BODY_LIMIT = '256kb';
const JSON_TYPES = ['application/json', 'application/*+json'];

export interface ServerParts {
  routes: readonly Route[];
  auth: Auth;
  limits: Limits;
  log: Log;
  /** Called for each request, for the metrics. */
  observe: RequestHandler;
  /** Answers browsers that ask for an unknown page. */
  lost: RequestHandler;
}

/** @throws RadiantError `route_without_roles`: every route must state its roles. */
export function buildServer({ routes, auth, limits, log, observe, lost }: ServerParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(identify, observe, helmet({ contentSecurityPolicy: { useDefaults: false, directives: NOTHING } }));
  for (const route of routes) {
    if (route.roles !== 'public' && !(Array.isArray(route.roles) && route.roles.length > 0)) {
      throw new RadiantError(
        'route_without_roles',
        `${route.method} ${route.path} does not state its roles.`,
      );
    }
    const before = [authorise(route, auth), limits.requests];
    if (route.response === 'text/event-stream') before.push(limits.streams);
    if (route.mount) app.use(route.path, ...before, onlyReading, route.mount);
    else app[route.method](route.path, ...before, readBody(route), answer(route, auth));
  }
  for (const [path, methods] of methodsByPath(routes)) {
    app.route(path).all(() => {
      throw methodNotAllowed(methods);
    });
  }
  app.use(lost, () => {
    throw unknownRoute();
  });
  app.use(countWrongKeys(limits), explain(log));
  return app;
}

/** Pages that need more set their own policy. */
const NOTHING = {
  defaultSrc: ["'none'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
};

const identify: RequestHandler = (req, res, next) => {
  const given = req.get('x-request-id') ?? '';
  res.locals.requestId = /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
  res.set('X-Request-Id', res.locals.requestId as string);
  next();
};

function authorise(route: Route, auth: Auth): RequestHandler {
  const { basic = false, roles } = route;
  return async (req, res, next) => {
    const found = roles === 'public' ? null : await auth.authenticate(req, basic);
    if (roles !== 'public' && !found) throw unauthenticated(basic ? 'Basic' : 'Bearer');
    const changes = req.method !== 'GET' && req.method !== 'HEAD';
    // Cross-site request forgery affects browsers only, so a request with an API key is not checked.
    const byBrowser = found === null || found.session !== null;
    if (changes && byBrowser && isCrossSite(req, found !== null)) throw crossSite();
    if (found) {
      mustBeAllowed(route, found);
      Object.assign(res.locals, { found, keyId: found.keyId });
      // Proxies must not cache an answer for one caller and give it to another.
      res.set('Cache-Control', 'no-store');
    }
    next();
  };
}

const onlyReading: RequestHandler = (req, _res, next) =>
  next(req.method === 'GET' || req.method === 'HEAD' ? undefined : methodNotAllowed(['GET', 'HEAD']));

function readBody({ body, bodyLimit = BODY_LIMIT }: Route): RequestHandler {
  if (!body) return (_req, _res, next) => next();
  const readText = express.text({ limit: bodyLimit, type: JSON_TYPES });
  return (req, res, next) => {
    const isSent =
      req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
    if (isSent && !req.is(JSON_TYPES)) throw notJson();
    readText(req, res, (error?: unknown) => {
      if (error !== undefined || typeof req.body !== 'string') return next(error);
      try {
        const { value, faults } = readJson(req.body);
        req.body = value;
        res.locals.inexact = faults;
        next();
      } catch {
        next(malformed());
      }
    });
  };
}

function answer(route: Route, auth: Auth): RequestHandler {
  return async (req, res) => {
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const found = (res.locals.found as Authenticated | undefined) ?? null;
    const from = whereFrom(req, res.locals.requestId as string);
    const asked = {
      ...read(route, req, (res.locals.inexact as Fault[] | undefined) ?? []),
      caller: found?.caller ?? null,
      scopes: found?.scopes ?? [],
      session: found?.session ?? null,
      actor: found ? actorOf(found.caller, from) : from,
      gone: gone.signal,
    };
    const { status = route.status, headers = {}, body, stream, signIn }: Answer = await route.handle(asked);
    const text = typeof route.response === 'string' ? route.response : null;
    res
      .status(status)
      .type(text ?? 'application/json')
      .set(headers);
    if (signIn !== undefined) setCookie(req, res, signIn);
    if (found && stream) cutOff(() => auth.authenticate(req, route.basic ?? false), auth.ttlMs, res);
    if (stream) await send(stream, req.method, res);
    else res.end(text || body === undefined ? body : JSON.stringify(body));
  };
}

function setCookie(
  req: express.Request,
  res: express.Response,
  signIn: NonNullable<Answer['signIn']> | null,
) {
  const { name, options } = cookieFor(req);
  res.set('Cache-Control', 'no-store');
  if (signIn) res.cookie(name, signIn.token, { ...options, expires: signIn.expiresAt });
  else res.clearCookie(name, options);
}

/** Ends a stream when its key or session is no longer valid. A stream may last for hours. */
function cutOff(
  authenticate: () => Promise<Authenticated | null>,
  everyMs: number,
  res: express.Response,
): void {
  const check = async () => {
    // A ledger that does not respond is no reason to end the stream.
    const isOut = await authenticate().then(
      (found) => found === null,
      () => false,
    );
    if (isOut) res.destroy();
  };
  const timer = setInterval(() => void check(), everyMs);
  res.once('close', () => clearInterval(timer));
}

async function send(
  stream: NonNullable<Answer['stream']>,
  method: string,
  res: express.Response,
): Promise<void> {
  if (method === 'HEAD') {
    stream.destroy();
    res.end();
    return;
  }
  await pipeline(stream, res).catch((error: unknown) => {
    // A client that has disconnected is not an error.
    if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** @throws NotFound for path parameters that match nothing, InvalidInput with every other validation error */
function read(route: Route, req: express.Request, inexact: readonly Fault[]) {
  const faults: Fault[] = [...inexact, ...checkShape(req.body), ...checkShape(req.query, 'query')];
  const parsed = (schema: z.ZodType | undefined, value: unknown, root: string): unknown => {
    if (!schema) return {};
    const result = safeParse(schema, value);
    if (!result.success) faults.push(...faultsOf(root, result.error));
    return result.data;
  };
  const params = route.params ? route.params.safeParse(req.params) : { success: true, data: {} };
  if (!params.success || checkShape(req.params).length > 0) throw new NotFound('such thing at', req.path);
  if (faults.length > 0) throw refused(faults);
  const parts = {
    params: params.data as unknown,
    query: parsed(route.query, req.query, 'query'),
    headers: parsed(route.headers, req.headers, 'headers'),
    body: parsed(route.body, req.body, ''),
  };
  if (faults.length > 0) throw refused(faults);
  return parts;
}

const refused = (faults: Fault[]) =>
  new InvalidInput('Validation failed. Fix the fields listed in `errors`.', faults);

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method, mount } of routes) {
    if (mount) continue;
    methods.set(path, [
      ...(methods.get(path) ?? []),
      ...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]),
    ]);
  }
  return methods;
}

/** Counts requests with wrong keys, so that they are soon rate-limited. */
const countWrongKeys =
  (limits: Limits): ErrorRequestHandler =>
  (error: unknown, req, res, next) =>
    (error as { code?: string }).code === 'unauthenticated'
      ? limits.wrongKeys(req, res, (refusal?: unknown) => next(refusal ?? error))
      : next(error);

const explain =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, req, res, _next) => {
    const requestId = res.locals.requestId as string;
    const { body, headers } = problemOf(error, requestId);
    if (body.status >= 500)
      log.error('request.failed', withoutText(error), { requestId, method: req.method });
    if (res.headersSent) res.destroy();
    else res.status(body.status).set(headers).type(MEDIA_TYPE).end(JSON.stringify(body));
  };

/** The message of a foreign error may quote the payload, so only its first stack frame is logged. */
function withoutText(error: unknown): unknown {
  if (error instanceof RadiantError || !(error instanceof Error)) return error;
  const { name, code } = error as Error & { code?: string };
  return { name, code, message: /^ +at .*$/m.exec(error.stack ?? '')?.[0].trim() };
}
