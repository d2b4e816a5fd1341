/** What CEL computes, as JSON: its integers are BigInt, its maps may be Map, its instants are Date. */
import { Optional } from '@marcbachmann/cel-js';
import { spendOutput } from './evaluation-budget.js';
import { isForbiddenKey, MAX_DEPTH } from './limits.js';
import { whyUnstorable } from './text.js';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** An expression wraps what it reads, so it may make twice as many levels as may come in. */
const MAX_LEVELS = 2 * MAX_DEPTH;
/** Of punctuation around a value. */
const MARKS = 2;
/** About what a number takes as text. */
const NUMBER = 6;
/** Texts longer than this are remembered, so that a row of the same ones is read once. */
const LONG = 100;

interface Copy {
  json: Json;
  characters: number;
  /** At which it was copied: nearer to the top it is not too deep either. */
  level: number;
}

/**
 * The value as a row can hold it, charged by its length as text. Throws a RangeError that names the kind of what no row
 * can hold, never the value.
 */
export function toJson(value: unknown): Json {
  let characters = 0;
  /** What is met again is not copied again, but charged again. */
  const copies = new Map<object, Copy>();
  const texts = new Set<string>();

  function add(count: number): void {
    characters += count;
    spendOutput(count);
  }

  function kept(text: string): string {
    add(text.length + MARKS);
    if (texts.has(text)) return text;
    const why = whyUnstorable(text);
    if (why !== null) throw new RangeError(`what it makes ${why}`);
    if (text.length > LONG) texts.add(text);
    return text;
  }

  function copy(value: unknown, level: number): Json {
    if (typeof value === 'string') return kept(value);
    if (typeof value === 'object' && value !== null) return copyOnce(value, level);
    add(NUMBER);
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
    throw new RangeError(`${kindOf(value)} has no place in JSON`);
  }

  function copyOnce(value: object, level: number): Json {
    if (value instanceof Date) return kept(value.toISOString());
    if (value instanceof Optional) return copy(value.hasValue() ? value.value() : null, level);
    const known = copies.get(value);
    if (known && known.level >= level) {
      add(known.characters);
      return known.json;
    }
    if (level >= MAX_LEVELS) throw new RangeError(`what it makes nests deeper than ${MAX_LEVELS} levels`);
    const before = characters;
    add(MARKS);
    const json = Array.isArray(value) ? value.map((item) => copy(item, level + 1)) : fields(value, level + 1);
    copies.set(value, { json, characters: characters - before, level });
    return json;
  }

  function fields(value: object, level: number): JsonObject {
    if (!(value instanceof Map || isObject(value)))
      throw new RangeError(`${kindOf(value)} has no place in JSON`);
    const entries: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
    return Object.fromEntries(
      entries.map(([name, item]) => {
        const key = kept(String(name));
        if (isForbiddenKey(key))
          throw new RangeError(`what it makes has the key ${key}, which is not allowed`);
        return [key, copy(item, level)];
      }),
    );
  }

  return copy(value, 0);
}

/** A JSON object, as opposed to null, a list or an instance of some class. */
export function isObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** JSON text that is the same for the same content, whatever the order of its keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return 'a number that is not finite';
  if (typeof value === 'bigint') return 'an integer beyond 2^53';
  return `a value of type ${Object.prototype.toString.call(value).slice(8, -1)}`;
}
