/** One at a time for each key: whoever asks while it is under way shares the run that follows. */

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
