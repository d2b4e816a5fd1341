/** Turns results of CEL into JSON. CEL's integers are BigInt, its maps may be Map, its timestamps are Date. */
import { createHash } from 'node:crypto';
import { Optional } from '@marcbachmann/cel-js';
import { spendOutput } from './evaluation-budget.js';
import { isForbiddenKey, MAX_DEPTH } from './limits.js';
import { whyUnstorable } from './text.js';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** An expression wraps what it reads, so its result may nest twice as deep as an input. */
const MAX_LEVELS = 2 * MAX_DEPTH;
/** Characters of punctuation around a value. */
const MARKS = 2;
/** Approximate length of a number as text. */
const NUMBER = 6;
/** Longer texts are remembered, so that a repeated text is checked once. */
const LONG = 100;

interface Copy {
  json: Json;
  characters: number;
  /** The depth at which it was copied. At a smaller depth it is not too deep either. */
  level: number;
}

/**
 * Returns the value as JSON that a row can hold, and charges the length of its text to the budget. Throws a RangeError for
 * a value that no row can hold. The message names the kind of the value, never the value.
 */
export function toJson(value: unknown): Json {
  let characters = 0;
  /** A repeated object is copied once, and charged each time. */
  const copies = new Map<object, Copy>();
  const texts = new Set<string>();

  function add(count: number): void {
    characters += count;
    spendOutput(count);
  }

  function checkedText(text: string): string {
    add(text.length + MARKS);
    if (texts.has(text)) return text;
    const why = whyUnstorable(text);
    if (why !== null) throw new RangeError(`the result ${why}`);
    if (text.length > LONG) texts.add(text);
    return text;
  }

  function copy(value: unknown, level: number): Json {
    if (typeof value === 'string') return checkedText(value);
    if (typeof value === 'object' && value !== null) return copyOnce(value, level);
    add(NUMBER);
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
    throw new RangeError(`${kindOf(value)} cannot be JSON`);
  }

  function copyOnce(value: object, level: number): Json {
    if (value instanceof Date) return checkedText(value.toISOString());
    if (value instanceof Optional) return copy(value.hasValue() ? value.value() : null, level);
    const known = copies.get(value);
    if (known && known.level >= level) {
      add(known.characters);
      return known.json;
    }
    if (level >= MAX_LEVELS) throw new RangeError(`the result nests deeper than ${MAX_LEVELS} levels`);
    const before = characters;
    add(MARKS);
    const json = Array.isArray(value) ? value.map((item) => copy(item, level + 1)) : fields(value, level + 1);
    copies.set(value, { json, characters: characters - before, level });
    return json;
  }

  function fields(value: object, level: number): JsonObject {
    if (!(value instanceof Map || isObject(value))) throw new RangeError(`${kindOf(value)} cannot be JSON`);
    const entries: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
    return Object.fromEntries(
      entries.map(([name, item]) => {
        const key = checkedText(String(name));
        if (isForbiddenKey(key)) throw new RangeError(`the result has the key ${key}, which is not allowed`);
        return [key, copy(item, level)];
      }),
    );
  }

  return copy(value, 0);
}

/** True for a plain object: not null, a list or an instance of a class. */
export function isObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** JSON text with sorted keys, so that the same content gives the same text. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** SHA-256 of the canonical text, in hexadecimal. */
export const hashOf = (value: Json): string => createHash('sha256').update(canonical(value)).digest('hex');

function kindOf(value: unknown): string {
  if (typeof value === 'number') return 'a number that is not finite';
  if (typeof value === 'bigint') return 'an integer beyond 2^53';
  return `a value of type ${Object.prototype.toString.call(value).slice(8, -1)}`;
}
