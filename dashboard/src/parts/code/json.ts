/** JSON as values and as text. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const without = <T>(members: Readonly<Record<string, T>>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(members).filter(([name]) => name !== key));

export const write = (value: Json | undefined): string =>
  value === undefined ? '' : JSON.stringify(value, null, 2);

/** Empty text is no value. */
export function read(text: string): { value: Json | undefined; fault: string | null } {
  if (text.trim() === '') return { value: undefined, fault: null };
  try {
    return { value: JSON.parse(text) as Json, fault: null };
  } catch (error) {
    return { value: undefined, fault: `This is not JSON: ${(error as Error).message}` };
  }
}
