/** Facts in, lines out: one line a move, ids only. Payloads and secrets are never logged. */
import { pino } from 'pino';
import { RadiantError } from './core/errors.js';

/** A fact is named `thing.happened`; its details are ids, sizes and codes. */
export interface Log {
  info(fact: string, details?: Record<string, unknown>): void;
  warn(fact: string, details?: Record<string, unknown>): void;
  /** An error is logged by its code and name; by its message only if it is ours, since others may quote what they read. */
  error(fact: string, error: unknown, details?: Record<string, unknown>): void;
}

export function openLog(level: string, room: string): Log {
  const lines = pino(
    { level, base: { room }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
  return {
    info: (fact, details = {}) => lines.info(details, fact),
    warn: (fact, details = {}) => lines.warn(details, fact),
    error: (fact, error, details = {}) => {
      const { code, name, stack } = error as { code?: string; name?: string; stack?: string };
      const said = error instanceof RadiantError ? error.message : undefined;
      const at = said === undefined ? /^\s+at (.+)$/m.exec(stack ?? '')?.[1] : undefined;
      lines.error({ ...details, code, error: name, message: said, at }, fact);
    },
  };
}
