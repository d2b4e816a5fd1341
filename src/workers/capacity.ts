/** Limits the concurrent tasks of this process, over all models: nothing is claimed that cannot be started now. */

export interface Capacity {
  /** Takes a place, and returns the function that gives it back; null if no place is free within `withinMs`, or the gate is closed. */
  enter(withinMs: number): Promise<(() => void) | null>;
  isOpen(): boolean;
}

/**
 * @param places maximum of concurrent tasks
 * @param isOpen false while a part of our own is down: then no task enters
 */
export function makeCapacity(places: number, isOpen: () => boolean): Capacity {
  const queue: ((leave: (() => void) | null) => void)[] = [];
  let inside = 0;

  function leave(): void {
    inside -= 1;
    if (isOpen()) queue.shift()?.(enter());
  }

  function enter(): () => void {
    inside += 1;
    return leave;
  }

  return {
    isOpen,
    enter(withinMs) {
      if (!isOpen()) return Promise.resolve(null);
      if (inside < places) return Promise.resolve(enter());
      return new Promise((resolve) => {
        const answer = (place: (() => void) | null) => {
          clearTimeout(timer);
          resolve(place);
        };
        const timer = setTimeout(() => {
          queue.splice(queue.indexOf(answer), 1);
          resolve(null);
        }, withinMs);
        queue.push(answer);
      });
    },
  };
}
