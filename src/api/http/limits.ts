/** Rate limits: for each key (each address on public routes), each address that sends wrong keys, and event streams. */
import type { RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit, type AugmentedRequest } from 'express-rate-limit';
import { tooMany } from './problems.js';
import { limitStreams } from './stream-limits.js';

const WINDOW_MS = 60_000;
/** The limit for requests with wrong keys, as a fraction of the limit of a valid key. */
const WRONG_KEYS = 0.01;

/** Set once a key has been accepted. */
const keyIdOf = (res: Response): string | undefined => res.locals.keyId as string | undefined;

export interface Limits {
  requests: RequestHandler;
  wrongKeys: RequestHandler;
  streams: RequestHandler;
}

/** @param perMinute requests for each key, in this process */
export function makeLimits(perMinute: number): Limits {
  const limiter = (limit: number, keyOf: (ip: string, res: Response) => string) =>
    rateLimit({
      windowMs: WINDOW_MS,
      limit,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: (req, res) => keyOf(ipKeyGenerator(req.ip ?? ''), res),
      handler: (req, _res, next) => {
        const resetAt = (req as AugmentedRequest).rateLimit?.resetTime?.getTime() ?? Date.now() + WINDOW_MS;
        next(tooMany(Math.max(1, Math.ceil((resetAt - Date.now()) / 1000))));
      },
    });
  return {
    requests: limiter(perMinute, (ip, res) => keyIdOf(res) ?? ip),
    wrongKeys: limiter(Math.ceil(perMinute * WRONG_KEYS), (ip) => ip),
    streams: limitStreams(),
  };
}
