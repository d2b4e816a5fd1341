/** Which errors are our own shortage, and not the fault of what was asked: it may go well another time. */
import { Unavailable } from '../../core/errors.js';

/** What PostgreSQL called it; null for anything else. */
export function sqlStateOf(error: unknown): string | null {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** By PostgreSQL's classes: no value of its type, against a constraint, beyond a limit. */
export const REFUSED = /^(22|23|54)...$/;
/** No connection, none let in, stopping, or no room on its disk. */
const AWAY = /^(08|53|57P|58)/;
/** Of the system: a server that is away, no file or socket left. */
const ERRNO = /^(E[A-Z]+|EAI_AGAIN)$/;
/** In the driver's words, where it gives no code. */
const SAYS_AWAY =
  /timeout exceeded when trying to connect|Connection terminated|connection error|Query read timeout/;

/** Nothing was done for anybody: no connection could be had, or it broke. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Unavailable) return true;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const state = sqlStateOf(error);
  return state !== null ? AWAY.test(state) : ERRNO.test(String(code)) || SAYS_AWAY.test(String(message));
}

/** Away, or too slow, or unfit at this moment, as PostgreSQL is while it is moved: whatever does not refuse the values. */
export function isShortage(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== null ? !REFUSED.test(state) : isUnavailable(error);
}
