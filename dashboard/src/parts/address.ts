/** Readers of values in the address. A value that is not valid is ignored, never an error. */
type Search = Record<string, unknown>;

export const text = (search: Search, key: string): string | undefined => {
  const value = search[key];
  return typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number'
      ? String(value)
      : undefined;
};

export const oneOf = <T extends string>(search: Search, key: string, allowed: readonly T[]): T | undefined =>
  allowed.find((value) => value === search[key]);

export const flag = (search: Search, key: string): true | undefined =>
  search[key] === true || search[key] === 'true' ? true : undefined;

/** Removes empty keys, so that addresses stay short. */
export const compact = <T extends Search>(search: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
