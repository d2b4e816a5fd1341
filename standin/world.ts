/** One account with everything in it; a reset throws it away and makes another. */
import { startClock, type Clock, type Speed } from './clock.js';
import { keepFaults, type Faults } from './faults.js';
import { openJobs, type Jobs } from './jobs.js';
import { openBook, type Book } from './ledger.js';
import { emptyObjects, type Objects } from './objects.js';
import { emptyState, type State } from './state.js';

export interface World {
  clock: Clock;
  book: Book;
  faults: Faults;
  state: State;
  objects: Objects;
  jobs: Jobs;
}

export function newWorld(speed: Speed): World {
  const clock = startClock(speed);
  return {
    clock,
    book: openBook(clock),
    faults: keepFaults(),
    state: emptyState(),
    objects: emptyObjects(),
    jobs: openJobs(clock),
  };
}

/** Kills all work, so that nobody waits for an answer, and stops the clock. */
export function endWorld({ clock, jobs, state }: World): void {
  for (const endpoint of state.endpoints.values()) jobs.killAll(endpoint);
  clock.stop();
}
