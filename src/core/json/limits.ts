/** Limits of every input: how deep it may nest, and which keys and characters are not allowed. */
import { MAX_FAULTS, type Fault } from '../errors.js';
import { whyUnstorable } from './text.js';

export const MAX_DEPTH = 32;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbiddenKey = (key: string): boolean => FORBIDDEN_KEYS.has(key);

/** A value and its position. Its path is built only for a fault. */
interface Place {
  value: unknown;
  key: string | number;
  above: Place | null;
  depth: number;
}

/** Returns the first faults, each with its path below `root`. It is iterative, so that depth cannot overflow the stack. */
export function checkShape(value: unknown, root = ''): Fault[] {
  const faults: Fault[] = [];
  const open: Place[] = [{ value, key: root, above: null, depth: 0 }];
  for (let place = open.pop(); place && faults.length < MAX_FAULTS; place = open.pop()) {
    const { value, depth } = place;
    if (typeof value === 'string') faults.push(...textFaults(value, place));
    else if (typeof value !== 'object' || value === null) continue;
    else if (depth >= MAX_DEPTH)
      faults.push({ path: pathOf(place), message: `nests deeper than ${MAX_DEPTH} levels` });
    else if (Array.isArray(value)) value.forEach((child, at) => push(child, at, place, open));
    else
      for (const [key, child] of Object.entries(value)) {
        if (isForbiddenKey(key))
          faults.push({ path: pathOf(place, key), message: 'this key is not allowed' });
        else faults.push(...textFaults(key, place));
        push(child, key, place, open);
      }
  }
  return faults;
}

/** Numbers, booleans and null need no check. */
function push(value: unknown, key: string | number, above: Place, open: Place[]): void {
  if (typeof value === 'string' || (typeof value === 'object' && value !== null))
    open.push({ value, key, above, depth: above.depth + 1 });
}

function textFaults(text: string, place: Place): Fault[] {
  const message = whyUnstorable(text);
  return message === null ? [] : [{ path: pathOf(place), message }];
}

function pathOf(place: Place, ...below: string[]): string {
  const steps = below;
  for (let at: Place | null = place; at; at = at.above) steps.unshift(String(at.key));
  return steps.filter((step, at) => at > 0 || step !== '').join('.');
}
