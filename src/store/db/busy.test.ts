import { expect, test } from 'vitest';
import { BUSY, batchedUnlessBusy } from './busy.js';

/** Rows of which some are locked; a call that waits gets them when they are free. */
function openRows() {
  const locked = new Map<string, Promise<void>>();
  const batches: string[] = [];
  const work = batchedUnlessBusy<string, string>(async (items, { wait }) => {
    batches.push(`${wait ? 'waits ' : ''}${items.join()}`);
    if (wait) await Promise.all(items.map(async (item) => locked.get(item)));
    return items.map((item) => (!wait && locked.has(item) ? BUSY : item.toUpperCase()));
  });
  return {
    work,
    batches,
    lock(item: string): () => void {
      let release = (): void => {};
      locked.set(item, new Promise((resolve) => (release = resolve)));
      return () => {
        locked.delete(item);
        release();
      };
    },
  };
}

test('what is locked waits by itself, and holds up nothing else of its batch', async () => {
  const rows = openRows();
  const unlock = rows.lock('b');
  const b = rows.work('b');
  expect(await Promise.all([rows.work('a'), rows.work('c')])).toEqual(['A', 'C']);
  await expect.poll(() => rows.batches).toContain('waits b');
  expect(await rows.work('d')).toBe('D');
  unlock();
  expect(await b).toBe('B');
});

test('what is free soon is done with a later batch', async () => {
  const rows = openRows();
  const unlock = rows.lock('a');
  const a = rows.work('a');
  await expect.poll(() => rows.batches, { interval: 0 }).toEqual(['a']);
  unlock();
  expect(await a).toBe('A');
  expect(rows.batches.filter((batch) => batch.startsWith('waits'))).toEqual([]);
});

test('an error of the work reaches its own caller', async () => {
  const work = batchedUnlessBusy<string, string>((items) =>
    items.includes('bad') ? Promise.reject(new Error('bad')) : Promise.resolve(items),
  );
  const [bad, good] = await Promise.allSettled([work('bad'), work('good')]);
  expect([bad.status, good]).toEqual(['rejected', { status: 'fulfilled', value: 'good' }]);
});
