/** Limits of open event streams in this process: for each key, user, tenant and execution, and in total. */
import type { RequestHandler } from 'express';
import type { Authenticated } from './auth.js';
import { tooManyStreams } from './problems.js';

interface Limit {
  most: number;
  /** The owner whose streams are counted together. */
  of: string;
  keyOf: (found: Authenticated, executionId: string | undefined) => string | undefined;
}

/** The narrowest limit first, so that one owner cannot use up a limit that others share. A dashboard page has two streams. */
const LIMITS: readonly Limit[] = [
  { most: 20, of: 'this key', keyOf: ({ keyId }) => keyId },
  { most: 40, of: 'this user', keyOf: ({ caller }) => caller.userId },
  { most: 200, of: 'this tenant', keyOf: ({ caller }) => caller.tenantId },
  { most: 50, of: 'this execution', keyOf: (_, executionId) => executionId },
  { most: 2_000, of: 'this server', keyOf: () => 'all' },
];

/** Middleware for routes that answer with an event stream. It runs after authentication. */
export function limitStreams(limits: readonly Limit[] = LIMITS): RequestHandler {
  const open = new Map<string, number>();
  const count = (key: string, change: number) => {
    const now = (open.get(key) ?? 0) + change;
    if (now > 0) open.set(key, now);
    else open.delete(key);
  };
  return (req, res, next) => {
    const found = res.locals.found as Authenticated;
    const id = req.params['id'];
    const keys = limits.flatMap(({ most, of, keyOf }) => {
      const key = keyOf(found, typeof id === 'string' ? id : undefined);
      return key === undefined ? [] : [{ key: `${of} ${key}`, most, of }];
    });
    const full = keys.find(({ key, most }) => (open.get(key) ?? 0) >= most);
    if (full) throw tooManyStreams(full.most, full.of);
    for (const { key } of keys) count(key, 1);
    // Express, the stream and its key add more than ten listeners, the number at which Node warns of a leak.
    res.setMaxListeners(20).once('close', () => {
      for (const { key } of keys) count(key, -1);
    });
    next();
  };
}
