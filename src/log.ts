/** The log: one line per fact, with ids only. JSON, or text on a terminal. Payloads and secrets are never logged. */
import { styleText } from 'node:util';
import { pino } from 'pino';
import { RadiantError } from './core/errors.js';

/** A fact has a name `thing.happened`. Its details are ids, sizes and codes. */
export interface Log {
  info(fact: string, details?: Record<string, unknown>): void;
  warn(fact: string, details?: Record<string, unknown>): void;
  /** Logs the code and name of an error. The message is logged only for our own errors, since others may quote content. */
  error(fact: string, error: unknown, details?: Record<string, unknown>): void;
}

const DAMPED_MS = 60_000;

/** Passes the first line of each fact, then one per minute with the number of lines left out. */
export function damped(log: Log): Log {
  const logged = new Map<string, { at: number; leftOut: number }>();
  const due = (fact: string, write: (more: object) => void) => {
    const last = logged.get(fact);
    if (last && performance.now() - last.at < DAMPED_MS) {
      last.leftOut += 1;
      return;
    }
    logged.set(fact, { at: performance.now(), leftOut: 0 });
    write(last?.leftOut ? { leftOut: last.leftOut } : {});
  };
  return {
    info: (fact, details) => due(fact, (more) => log.info(fact, { ...details, ...more })),
    warn: (fact, details) => due(fact, (more) => log.warn(fact, { ...details, ...more })),
    error: (fact, error, details) => due(fact, (more) => log.error(fact, error, { ...details, ...more })),
  };
}

export function openLog(level: string, service: string): Log {
  const hasColours = process.stderr.isTTY && process.stderr.hasColors();
  const terminal = { write: (line: string) => process.stderr.write(readable(line, hasColours)) };
  const lines = pino(
    { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime },
    process.stderr.isTTY ? terminal : pino.destination(2),
  );
  return {
    info: (fact, details = {}) => lines.info(details, fact),
    warn: (fact, details = {}) => lines.warn(details, fact),
    error: (fact, error, details = {}) => {
      const { code, name, stack, cause } = error as Error & { code?: string; cause?: { code?: string } };
      const text = error instanceof RadiantError ? error.message : undefined;
      const at = text === undefined ? /^\s+at (.+)$/m.exec(stack ?? '')?.[1] : undefined;
      lines.error({ ...details, code, error: name, message: text, cause: cause?.code, at }, fact);
    },
  };
}

const COLOURS = { warn: 'yellow', error: 'red' } as const;

/** Formats a JSON line for a terminal: time, level, fact, then its details as `name=value`. */
export function readable(json: string, hasColours: boolean): string {
  const { level, time, service: _, msg, ...details } = JSON.parse(json) as Record<string, unknown>;
  const style = (colour: Parameters<typeof styleText>[0], text: string) =>
    hasColours ? styleText(colour, text, { validateStream: false }) : text;
  const name = pino.levels.labels[Number(level)] ?? String(level);
  const colour = COLOURS[name as keyof typeof COLOURS];
  const head = `${name.padEnd(5)} ${String(msg)}`;
  const rest = Object.entries(details)
    .map(([key, value]) => `${key}=${isPlain(value) ? value : JSON.stringify(value)}`)
    .join(' ');
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  return `${style('dim', clock)} ${colour ? style(colour, head) : head}${rest && ` ${style('dim', rest)}`}\n`;
}

const isPlain = (value: unknown): value is string => typeof value === 'string' && /^[^\s"=]+$/.test(value);
