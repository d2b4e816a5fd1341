/** The session's cookie, and whether a browser asks from a page of ours. */
import { parseCookie } from 'cookie';
import type { CookieOptions, Request } from 'express';

/** A browser keeps a `__Host-` cookie for this host alone, and only over TLS. */
const NAME = '__Host-radiant';
const LOOPBACK_NAME = 'radiant';
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/** Some browsers keep no secure cookie where there is no TLS, though nobody sits between on one machine. */
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
 * Whether a page that is not ours makes the browser ask.
 *
 * @param unsaid what is assumed of a client that tells neither where it asks from nor that it is a browser
 */
export function isCrossSite(req: Request, unsaid: boolean): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin';
  const origin = req.get('origin');
  if (origin === undefined) return unsaid;
  return !URL.canParse(origin) || new URL(origin).host !== req.get('host');
}
