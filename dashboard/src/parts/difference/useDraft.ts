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
  /** What the edit began from, and its version: what `If-Match` has to name. */
  base: T;
  version: number;
  /** Grows when the value was replaced from outside: inputs with a text of their own begin anew. */
  epoch: string;
  changes: readonly Change[];
  /** Somebody else saved since the edit began: what they changed, and where both did. */
  behind: { theirs: readonly Change[]; conflicts: readonly Conflict[] } | null;
  set: (path: string, part: unknown) => void;
  replace: (value: T) => void;
  discard: () => void;
  /** The same edit on top of what the server has now. */
  rebase: (takes: Readonly<Record<string, Take>>) => void;
}

export function useDraft<T>(present: T, version: number): Draft<T> {
  const [edit, setEdit] = useState<{ base: T; version: number; value: T } | null>(null);
  const [times, setTimes] = useState(0);
  const { base, value, ...from } = edit ?? { base: present, version, value: present };
  // A newer version with the same fields is no news: something else of the thing has changed.
  const isBehind = edit !== null && from.version !== version && !isSame(base, present);
  // Two inputs may change in one go: each builds on what the other left.
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
