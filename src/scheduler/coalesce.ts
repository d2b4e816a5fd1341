/** Runs at most one call per key at a time. Calls made during a run share the one run that follows. */

export function coalesced(run: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const runs = new Map<string, { now: Promise<void>; next: Promise<void> | null }>();

  function begin(key: string): Promise<void> {
    const now = run(key).finally(() => {
      if (!turn.next) runs.delete(key);
    });
    const turn: { now: Promise<void>; next: Promise<void> | null } = { now, next: null };
    runs.set(key, turn);
    return now;
  }

  return (key) => {
    const turn = runs.get(key);
    if (!turn) return begin(key);
    return (turn.next ??= turn.now.then(
      () => begin(key),
      () => begin(key),
    ));
  };
}
