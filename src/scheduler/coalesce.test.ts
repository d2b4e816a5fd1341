import { expect, test } from 'vitest';
import { coalesced } from './coalesce.js';

test('those who ask meanwhile share one run, which begins after theirs', async () => {
  const begun: string[] = [];
  const open: (() => void)[] = [];
  const ask = coalesced(async (key) => {
    begun.push(key);
    await new Promise<void>((resolve) => open.push(resolve));
    if (key === 'a' && begun.length === 2) throw new Error('broken');
  });
  const first = ask('a');
  const others = [ask('a'), ask('a')];
  void ask('b');
  expect(begun).toEqual(['a', 'b']);
  expect(others[0]).toBe(others[1]);
  open[0]?.();
  // Its failure is its own caller's.
  await expect(first).rejects.toThrow('broken');
  await expect.poll(() => begun).toEqual(['a', 'b', 'a']);
  open[2]?.();
  await others[0];
  void ask('a');
  expect(begun).toEqual(['a', 'b', 'a', 'a']);
});
