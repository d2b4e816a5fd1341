/** Answers that many ask for and that cost the ledger something: read once, and kept for a moment. */
import { LRUCache } from 'lru-cache';

/** Asked for at the same moment, it is read once; what failed is asked for again. */
export type SharedReads = <T>(key: string, ttlMs: number, read: () => Promise<T>) => Promise<T>;

export function makeSharedReads(): SharedReads {
  const cache = new LRUCache<string, { value: Promise<unknown> }>({ max: 500 });
  return <T>(key: string, ttl: number, read: () => Promise<T>): Promise<T> => {
    const known = cache.get(key);
    if (known) return known.value as Promise<T>;
    const value = read();
    cache.set(key, { value }, { ttl });
    value.catch(() => cache.delete(key));
    return value;
  };
}
