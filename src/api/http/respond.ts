/** Sends what a route answers: cookies, streams, errors. */
import { pipeline } from 'node:stream/promises';
import express, { type ErrorRequestHandler } from 'express';
import { RadiantError } from '../../core/errors.js';
import type { Log } from '../../log.js';
import type { Authenticated } from './auth.js';
import { cookieFor } from './cookie.js';
import { MEDIA_TYPE, problemOf } from './problems.js';
import type { Answer } from './route.js';

export function setCookie(
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
export function cutOff(
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

export async function send(
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

export const explain =
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
