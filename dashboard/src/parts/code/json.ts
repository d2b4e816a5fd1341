/** JSON as values and as text. */
import type { Json, JsonObject } from '../../api/contract';

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member by a name that users chose. Every object has an inherited `toString`, so only own members count. */
export const own = <T>(members: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(members, key) ? members[key] : undefined;

export const without = <T>(members: Readonly<Record<string, T>>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(members).filter(([name]) => name !== key));

export const write = (value: Json | undefined): string =>
  value === undefined ? '' : JSON.stringify(value, null, 2);

/** Empty text is no value. */
export function read(text: string): { value: Json | undefined; error: string | null } {
  if (text.trim() === '') return { value: undefined, error: null };
  try {
    const value = JSON.parse(text) as Json;
    const changed = changedNumber(text);
    if (changed === null) return { value, error: null };
    return {
      value: undefined,
      error: `${changed} would become another number: write it as a text, in quotes`,
    };
  } catch (error) {
    return { value: undefined, error: `This is not JSON: ${(error as Error).message}` };
  }
}

/** The first number of a valid text that a double cannot hold: an integer that is too long, or an infinite value. */
function changedNumber(text: string): string | null {
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g)) {
    if (token.startsWith('"')) continue;
    const value = Number(token);
    if (!Number.isFinite(value)) return token;
    if (/^-?\d{16,}$/.test(token) && String(value) !== token) return token;
  }
  return null;
}
