import { expect, it } from 'vitest';
import { localOf, momentOf } from './moments';

it('goes to the input and back unchanged', () => {
  for (const iso of ['2026-01-31T14:05:00.000Z', '2026-07-01T00:00:00.000Z'])
    expect(momentOf(localOf(iso))).toBe(iso);
  expect(localOf('')).toBe('');
  expect(localOf('soon')).toBe('');
});
