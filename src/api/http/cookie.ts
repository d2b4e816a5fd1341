/** The session cookie, and the check whether a browser sends a request from our own pages. */
import { parseCookie } from 'cookie';
import type { CookieOptions, Request } from 'express';

/** A browser sends a `__Host-` cookie to this host only, and only over TLS. */
const NAME = '__Host-radiant';
const LOOPBACK_NAME = 'radiant';
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/** Some browsers reject secure cookies without TLS, even on a loopback address where nobody can intercept them. */
const isPlain = (req: Request): boolean =>
  LOOPBACK.test(req.get('host') ?? '') && !req.secure && req.get('x-forwarded-proto') !== 'https';

export const tokenIn = (req: Request): string | undefined =>
  parseCookie(req.get('cookie') ?? '')[isPlain(req) ? LOOPBACK_NAME : NAME];

export function cookieFor(req: Request): { name: string; options: CookieOptions } {
  const plain = isPlain(req);
  return {
    name: plain ? LOOPBACK_NAME : NAME,
    options: { httpOnly: true, secure: !plain, sameSite: 'lax', path: '/' },
  };
}

/**
 * Whether a page of another site makes the browser send this request.
 *
 * @param assumed the answer for a client that sends neither `Sec-Fetch-Site` nor `Origin`
 */
export function isCrossSite(req: Request, assumed: boolean): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin';
  const origin = req.get('origin');
  if (origin === undefined) return assumed;
  return !URL.canParse(origin) || new URL(origin).host !== req.get('host');
}
