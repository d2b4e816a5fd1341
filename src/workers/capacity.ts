/** How many tasks this process works on at once, over all models: nothing is claimed that could not be served now. */

export interface Capacity {
  /** A place, given back by calling what is answered; null when there is none within `withinMs`, or the gate is shut. */
  enter(withinMs: number): Promise<(() => void) | null>;
  isOpen(): boolean;
}

/**
 * @param places how many may be inside
 * @param isOpen false while something of ours is away: then nobody enters
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
