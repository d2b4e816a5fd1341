/** An unsaved edit on top of the server's value, which may change meanwhile. */
import { useState } from 'react';
import {
  conflicts,
  differences,
  isSame,
  merged,
  put,
  type Change,
  type Conflict,
  type Take,
} from './difference';

export interface Draft<T> {
  value: T;
  /** The base of the edit, and its version, which `If-Match` must name. */
  base: T;
  version: number;
  /** Increased when the value is replaced from outside. Inputs with their own text then reset. */
  epoch: string;
  changes: readonly Change[];
  /** Set if somebody else saved since the edit began: their changes, and the conflicts. */
  behind: { theirs: readonly Change[]; conflicts: readonly Conflict[] } | null;
  set: (path: string, part: unknown) => void;
  replace: (value: T) => void;
  discard: () => void;
  /** Applies the same edit to the server's current value. */
  rebase: (takes: Readonly<Record<string, Take>>) => void;
}

export function useDraft<T>(present: T, version: number): Draft<T> {
  const [edit, setEdit] = useState<{ base: T; version: number; value: T } | null>(null);
  const [times, setTimes] = useState(0);
  const { base, value, ...from } = edit ?? { base: present, version, value: present };
  // A newer version with equal fields is ignored: another part of the resource has changed.
  const isBehind = edit !== null && from.version !== version && !isSame(base, present);
  // Two inputs may change in one event: each continues from the other's result.
  const change = (make: (value: T) => T) =>
    setEdit((now) => {
      const begun = now ?? { base: present, version, value: present };
      const next = make(begun.value);
      return isSame(next, begun.base) ? null : { ...begun, value: next };
    });
  return {
    base,
    value,
    version: isBehind ? from.version : version,
    epoch: `${from.version}.${times}`,
    changes: edit ? differences(base, value) : [],
    behind: isBehind
      ? { theirs: differences(base, present), conflicts: conflicts(base, value, present) }
      : null,
    set: (path, part) => change((value) => put(value, path, part)),
    replace: (next) => change(() => next),
    discard: () => {
      setEdit(null);
      setTimes((count) => count + 1);
    },
    rebase: (takes) => {
      const next = merged(base, value, present, takes);
      setEdit(isSame(next, present) ? null : { base: present, version, value: next });
      setTimes((count) => count + 1);
    },
  };
}
