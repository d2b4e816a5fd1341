/** Group commit: concurrent callers of a function share one statement and one fsync, and each gets its own result. */
import { isUnavailable } from './shortage.js';

/**
 * Wraps a function on lists for single callers. A single caller does not wait. While a batch is running, later callers are
 * collected for the next one. If a batch fails, its items are run one by one, so that a bad item fails alone. If the
 * database is unavailable, all of them fail together.
 *
 * @param run returns results in the order of its items
 * @param keyOf items with the same key never share a batch: the later one waits for the next
 */
export function batched<Item, Answer>(
  run: (items: Item[]) => Promise<Answer[]>,
  {
    atMost = 200,
    abreast = 1,
    keyOf,
  }: { atMost?: number; abreast?: number; keyOf?: (item: Item) => string } = {},
): (item: Item) => Promise<Answer> {
  type Caller = { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void };
  const callers: Caller[] = [];
  let underWay = 0;

  async function serve(batch: Caller[]): Promise<void> {
    try {
      const answers = await run(batch.map((caller) => caller.item));
      batch.forEach((caller, n) => caller.resolve(answers[n] as Answer));
    } catch (error) {
      // Without a connection for the batch, there is none for its items either.
      if (batch.length === 1 || isUnavailable(error)) for (const caller of batch) caller.reject(error);
      else for (const caller of batch) await serve([caller]);
    }
  }

  function takeBatch(): Caller[] {
    if (!keyOf) return callers.splice(0, atMost);
    const keys = new Set<string>();
    const batch: Caller[] = [];
    const rest: Caller[] = [];
    for (const caller of callers.splice(0)) {
      const key = keyOf(caller.item);
      if (batch.length < atMost && !keys.has(key)) batch.push(caller);
      else rest.push(caller);
      keys.add(key);
    }
    callers.push(...rest);
    return batch;
  }

  function next(): void {
    while (underWay < abreast && callers.length > 0) {
      underWay += 1;
      void serve(takeBatch()).finally(() => {
        underWay -= 1;
        next();
      });
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      callers.push({ item, resolve, reject });
      // Waits one turn of the event loop, so that simultaneous callers share the first batch, too.
      if (callers.length === 1) setImmediate(next);
    });
}
