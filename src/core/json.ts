/** What CEL computes, as JSON: its integers are BigInt, its maps may be Map, its instants are Date. */
import { Optional } from '@marcbachmann/cel-js';
import { isForbiddenKey, MAX_DEPTH } from './shape.js';
import { whyUnstorable } from './text.js';
import type { Json, JsonObject } from './workflow.js';

/** An expression wraps what it reads, so it may make twice as many levels as may come in. */
const MAX_LEVELS = 2 * MAX_DEPTH;

/**
 * The value as a row can hold it. Throws a RangeError that names the kind of what no row can hold, never the value.
 *
 * @param level of the value within what is made, from 0
 */
export function toJson(value: unknown, level = 0): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return kept(value);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value(), level) : null;
  if (level >= MAX_LEVELS) throw new RangeError(`what it makes nests deeper than ${MAX_LEVELS} levels`);
  if (Array.isArray(value)) return value.map((item) => toJson(item, level + 1));
  if (value instanceof Map) return fromEntries([...value], level);
  if (isObject(value)) return fromEntries(Object.entries(value), level);
  throw new RangeError(`${kindOf(value)} has no place in JSON`);
}

/** A JSON object, as opposed to null, a list or an instance of some class. */
export function isObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const fromEntries = (entries: [unknown, unknown][], level: number): JsonObject =>
  Object.fromEntries(
    entries.map(([name, item]) => {
      const key = kept(String(name));
      if (isForbiddenKey(key)) throw new RangeError(`what it makes has the key ${key}, which is not allowed`);
      return [key, toJson(item, level + 1)];
    }),
  );

function kept(text: string): string {
  const why = whyUnstorable(text);
  if (why !== null) throw new RangeError(`what it makes ${why}`);
  return text;
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return 'a number that is not finite';
  if (typeof value === 'bigint') return 'an integer beyond 2^53';
  return `a value of type ${Object.prototype.toString.call(value).slice(8, -1)}`;
}
