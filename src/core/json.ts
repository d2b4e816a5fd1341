/** What CEL computes, as JSON: its integers are BigInt, its maps may be Map, its instants are Date. */
import { Optional } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from './workflow.js';

/** Throws a RangeError that names the kind of the value, never the value. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value()) : null;
  if (value instanceof Map) return fromEntries([...value]);
  if (isObject(value)) return fromEntries(Object.entries(value));
  throw new RangeError(`${kindOf(value)} has no place in JSON`);
}

/** A JSON object, as opposed to null, a list or an instance of some class. */
export function isObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Object.fromEntries defines own keys, so `__proto__` stays a harmless name. */
const fromEntries = (entries: [unknown, unknown][]): JsonObject =>
  Object.fromEntries(entries.map(([key, item]) => [String(key), toJson(item)]));

function kindOf(value: unknown): string {
  if (typeof value === 'number') return 'a number that is not finite';
  if (typeof value === 'bigint') return 'an integer beyond 2^53';
  return `a value of type ${Object.prototype.toString.call(value).slice(8, -1)}`;
}
