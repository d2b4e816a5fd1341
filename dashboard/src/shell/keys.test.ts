import { expect, test } from 'vitest';
import { searchKeyOn } from './keys';

test.each([
  ['MacIntel', '⌘K'],
  ['iPhone', '⌘K'],
  ['Linux x86_64', 'Ctrl K'],
  ['Win32', 'Ctrl K'],
  ['', 'Ctrl K'],
])('on %s search is %s', (platform, key) => expect(searchKeyOn(platform)).toBe(key));
