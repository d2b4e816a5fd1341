/** Recognises errors that are a shortage of our own and not a fault of the request, so that a retry may succeed. */
import { Unavailable } from '../../core/errors.js';

/** The SQLSTATE of an error; null if it has none. */
export function sqlStateOf(error: unknown): string | null {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** SQLSTATE classes of refused values: invalid data, constraint violation, exceeded limit. */
export const REFUSED = /^(22|23|54)...$/;
/** SQLSTATE classes of an unavailable server: no connection, too many, shutting down, disk full. */
const UNAVAILABLE = /^(08|53|57P|58)/;
/** Errors of the operating system: unreachable server, no file or socket left. */
const ERRNO = /^(E[A-Z]+|EAI_AGAIN)$/;
/** Messages of the driver, for errors without a code. */
const DRIVER_UNAVAILABLE =
  /timeout exceeded when trying to connect|Connection terminated|connection error|Query read timeout/;

/** True if the database is unavailable: there is no connection, or it broke. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Unavailable) return true;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const state = sqlStateOf(error);
  return state !== null
    ? UNAVAILABLE.test(state)
    : ERRNO.test(String(code)) || DRIVER_UNAVAILABLE.test(String(message));
}

/** True for any error that does not refuse the values: unavailable, too slow, or being migrated. */
export function isShortage(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== null ? !REFUSED.test(state) : isUnavailable(error);
}
