/** A coalescing, short-lived cache of expensive reads that many callers share. */
import { LRUCache } from 'lru-cache';

/** Concurrent calls with one key share one read. A failed read is not cached. */
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
