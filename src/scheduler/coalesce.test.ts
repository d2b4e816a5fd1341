import { expect, test } from 'vitest';
import { coalesced } from './coalesce.js';

test('calls during a run share the next run', async () => {
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
  // The failure concerns only its own caller.
  await expect(first).rejects.toThrow('broken');
  await expect.poll(() => begun).toEqual(['a', 'b', 'a']);
  open[2]?.();
  await others[0];
  void ask('a');
  expect(begun).toEqual(['a', 'b', 'a', 'a']);
});
