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

const DAMPED_MS = 60_000;

/** The first line of each fact passes, then one a minute, which says how many were left out since the last. */
export function damped(log: Log): Log {
  const told = new Map<string, { at: number; leftOut: number }>();
  const due = (fact: string, tell: (more: object) => void) => {
    const last = told.get(fact);
    if (last && performance.now() - last.at < DAMPED_MS) {
      last.leftOut += 1;
      return;
    }
    told.set(fact, { at: performance.now(), leftOut: 0 });
    tell(last?.leftOut ? { leftOut: last.leftOut } : {});
  };
  return {
    info: (fact, details) => due(fact, (more) => log.info(fact, { ...details, ...more })),
    warn: (fact, details) => due(fact, (more) => log.warn(fact, { ...details, ...more })),
    error: (fact, error, details) => due(fact, (more) => log.error(fact, error, { ...details, ...more })),
  };
}

export function openLog(level: string, service: string): Log {
  const lines = pino(
    { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
  return {
    info: (fact, details = {}) => lines.info(details, fact),
    warn: (fact, details = {}) => lines.warn(details, fact),
    error: (fact, error, details = {}) => {
      const { code, name, stack, cause } = error as Error & { code?: string; cause?: { code?: string } };
      const said = error instanceof RadiantError ? error.message : undefined;
      const at = said === undefined ? /^\s+at (.+)$/m.exec(stack ?? '')?.[1] : undefined;
      lines.error({ ...details, code, error: name, message: said, cause: cause?.code, at }, fact);
    },
  };
}
