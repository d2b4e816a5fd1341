/** The outer shape of anything that comes in: how deep it may nest and what its texts and keys may not hold. */
import type { Fault } from './errors.js';
import { whyUnstorable } from './text.js';

export const MAX_DEPTH = 32;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbiddenKey = (key: string): boolean => FORBIDDEN_KEYS.has(key);

/** Every fault with its path below `root`. Iterative, so depth cannot overflow the stack. */
export function checkShape(value: unknown, root = ''): Fault[] {
  const faults: Fault[] = [];
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, depth } = next;
    if (typeof value === 'string') faults.push(...textFaults(value, path));
    else if (typeof value !== 'object' || value === null) continue;
    else if (depth >= MAX_DEPTH) faults.push({ path, message: `nests deeper than ${MAX_DEPTH} levels` });
    else
      for (const [key, child] of Object.entries(value)) {
        const place = path ? `${path}.${key}` : key;
        if (isForbiddenKey(key)) faults.push({ path: place, message: 'this key is not allowed' });
        else faults.push(...textFaults(key, path));
        open.push({ value: child, path: place, depth: depth + 1 });
      }
  }
  return faults;
}

function textFaults(text: string, path: string): Fault[] {
  const message = whyUnstorable(text);
  return message === null ? [] : [{ path, message }];
}
