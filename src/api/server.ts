/** Builds the Express app from the table of routes: identify, authorise, limit, read, answer. */
import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { RadiantError, type Fault } from '../core/errors.js';
import { readJson } from '../core/json/exact-numbers.js';
import type { Log } from '../log.js';
import { actorOf, whereFrom } from './http/actor.js';
import { mustBeAllowed, type Auth, type Authenticated } from './http/auth.js';
import { isCrossSite } from './http/cookie.js';
import type { Limits } from './http/limits.js';
import {
  crossSite,
  malformed,
  methodNotAllowed,
  notJson,
  unauthenticated,
  unknownRoute,
} from './http/problems.js';
import type { Answer, Route } from './http/route.js';
import { read } from './http/request.js';
import { setCookie, cutOff, send, explain } from './http/respond.js';

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

function readBody({ body, bodyLimit = BODY_LIMIT, keepsRaw }: Route): RequestHandler {
  if (!body) return (_req, _res, next) => next();
  const readText = express.text({
    limit: bodyLimit,
    type: JSON_TYPES,
    ...(keepsRaw && {
      verify: (_req, res, raw) => {
        (res as Response).locals.raw = raw;
      },
    }),
  });
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
    // Not after an answer: the error of an abort is expensive to make.
    res.once('close', () => res.writableFinished || gone.abort());
    const found = (res.locals.found as Authenticated | undefined) ?? null;
    const from = whereFrom(req, res.locals.requestId as string);
    const asked = {
      ...read(route, req, (res.locals.inexact as Fault[] | undefined) ?? []),
      caller: found?.caller ?? null,
      scopes: found?.scopes ?? [],
      session: found?.session ?? null,
      actor: found ? actorOf(found.caller, from) : from,
      raw: (res.locals.raw as Buffer | undefined) ?? Buffer.alloc(0),
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
