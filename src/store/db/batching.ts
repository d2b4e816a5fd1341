/** Group commit: callers of one verb share one statement and one fsync, each getting its own answer. */
import { isUnavailable } from './shortage.js';

/**
 * Wraps a set-based verb for single callers. A lone caller waits for nobody; while a batch is on its way, later callers
 * gather for the next. When a batch fails, its members are tried one by one, so that one bad member fails alone; when the
 * database is away, all of them fail together.
 *
 * @param run answers in the order of its items
 * @param keyOf items with the same key never share a batch: the later one waits for the next
 */
export function batched<Item, Answer>(
  run: (items: Item[]) => Promise<Answer[]>,
  {
    atMost = 200,
    abreast = 2,
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
      // What no connection could be had for would not get one for each of its members either.
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
      // One turn of the loop, so that callers of the same moment share the first batch as well.
      if (callers.length === 1) setImmediate(next);
    });
}
