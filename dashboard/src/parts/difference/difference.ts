/** The difference between two values, the patch from one to the other, and the conflicts of two edits. */
import type { Json, JsonObject } from '../../api/contract';
import { own } from '../code/json';

export interface Change {
  /** For people: `deployment.environment.MODEL_NAME`. */
  path: string;
  before: unknown;
  after: unknown;
}

export interface Conflict {
  path: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

export type Take = 'mine' | 'theirs';
type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;
const keysOf = (...values: unknown[]): string[] => [
  ...new Set(values.flatMap((value) => (isMembers(value) ? Object.keys(value) : []))),
];
const member = (value: unknown, key: string): unknown => (isMembers(value) ? own(value, key) : undefined);

/** Ignores the order of members. A null equals a missing member, as in a merge patch. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((part, index) => isSame(part, b[index]));
  if (isMembers(a) && isMembers(b)) return keysOf(a, b).every((key) => isSame(own(a, key), own(b, key)));
  return false;
}

/** Compares member by member, lists of objects element by element, and other lists as wholes. */
export function differences(before: unknown, after: unknown, path = ''): Change[] {
  if (isSame(before, after)) return [];
  if (isMembers(before) && isMembers(after))
    return keysOf(before, after).flatMap((key) =>
      differences(own(before, key), own(after, key), path ? `${path}.${key}` : key),
    );
  if (isRows(before) && isRows(after))
    return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_, index) =>
      differences(before[index], after[index], `${path}[${index}]`),
    );
  return [{ path, before, after }];
}

const isRows = (value: unknown): value is Members[] => Array.isArray(value) && value.every(isMembers);

/** The JSON Merge Patch (RFC 7396) from `before` to `after`, both JSON: only changed members, null for removed ones. */
export function patchOf(before: unknown, after: unknown): JsonObject {
  const patch: JsonObject = {};
  for (const key of keysOf(before, after)) {
    const [old, now] = [member(before, key), member(after, key)];
    if (isSame(old, now)) continue;
    patch[key] = isMembers(old) && isMembers(now) ? patchOf(old, now) : ((now ?? null) as Json);
  }
  return patch;
}

/** The members that both sides changed to different values. A change of one side only is no conflict. */
export const conflicts = (base: unknown, mine: unknown, theirs: unknown): Conflict[] =>
  meet(base, mine, theirs, () => 'mine').conflicts;

/** Merges both edits. `takes` decides the conflicts by path; the default is ours. */
export const merged = <T>(base: T, mine: T, theirs: T, takes: Readonly<Record<string, Take>> = {}): T =>
  meet(base, mine, theirs, (path) => takes[path] ?? 'mine').value as T;

function meet(
  base: unknown,
  mine: unknown,
  theirs: unknown,
  take: (path: string) => Take,
  path = '',
): { value: unknown; conflicts: Conflict[] } {
  if (isSame(base, mine) || isSame(mine, theirs)) return { value: theirs, conflicts: [] };
  if (isSame(base, theirs)) return { value: mine, conflicts: [] };
  if (!isMembers(mine) || !isMembers(theirs))
    return { value: take(path) === 'mine' ? mine : theirs, conflicts: [{ path, base, mine, theirs }] };
  const parts = keysOf(base, mine, theirs).map(
    (key) =>
      [
        key,
        meet(member(base, key), own(mine, key), own(theirs, key), take, path ? `${path}.${key}` : key),
      ] as const,
  );
  return {
    value: Object.fromEntries(
      parts.filter(([, { value }]) => value !== undefined).map(([key, { value }]) => [key, value]),
    ),
    conflicts: parts.flatMap(([, part]) => part.conflicts),
  };
}

/** The member at a dotted path. */
export const at = (value: unknown, path: string): unknown => path.split('.').reduce(member, value);

/** A copy with the member at a dotted path set, or removed if `part` is undefined. */
export const put = <T>(value: T, path: string, part: unknown): T =>
  putMember(value, path.split('.'), part) as T;

function putMember(value: unknown, [key = '', ...rest]: readonly string[], part: unknown): Members {
  const whole = isMembers(value) ? value : {};
  const { [key]: old, ...others } = whole;
  const now = rest.length === 0 ? part : putMember(old, rest, part);
  if (now === undefined) return others;
  // The member keeps its place, so that nothing moves while the user types.
  return key in whole ? { ...whole, [key]: now } : { ...others, [key]: now };
}

/** A value as the text of a text field. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isAbsent(value) ? '' : JSON.stringify(value);
}

/** A value as text; null if there is none. */
export function say(value: unknown): string | null {
  if (isAbsent(value) || value === '') return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((part) => typeof part !== 'object'))
    return value.length === 0 ? null : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : textOf(value);
}
