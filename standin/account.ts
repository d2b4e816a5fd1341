/** One account with all its state. A reset discards it and creates another. */
import { noScaling, type Scaling } from './fleet/scaling.js';
import { startClock, type Clock, type Speed } from './clock.js';
import { keepFaults, type Faults } from './faults.js';
import { openJobs, type Jobs } from './fleet/jobs.js';
import { openBook, type LedgerBook } from './ledger.js';
import { emptyObjects, type Objects } from './s3/objects.js';
import { settingsSchema, type Settings, type SettingsGiven } from './settings.js';
import { emptyState, type State } from './state.js';

export interface Account {
  clock: Clock;
  book: LedgerBook;
  faults: Faults;
  state: State;
  objects: Objects;
  jobs: Jobs;
  scaling: Scaling;
  settings: Settings;
}

export function newAccount(speed: Speed, startedAt?: Date, settings: SettingsGiven = {}): Account {
  const clock = startClock(speed, startedAt);
  return {
    clock,
    book: openBook(clock),
    faults: keepFaults(),
    state: emptyState(),
    objects: emptyObjects(clock),
    jobs: openJobs(clock),
    scaling: noScaling(),
    settings: settingsSchema.parse(settings),
  };
}

/** Kills all work, so that no caller waits for an answer, and stops the clock. */
export function closeAccount({ clock, jobs }: Account): void {
  jobs.end();
  clock.stop();
}
