/** Wakes the event streams that a ledger event concerns. All of them share one listener. */
import type { Events } from '../../store/db/notifications.js';

interface Watch {
  /** Resolves to true when something may have happened, to false after `ms`. */
  next(ms: number): Promise<boolean>;
  nudge(): void;
  close(): void;
}

export interface StreamWatchers {
  open(executionId: string): Watch;
  /** Wakes all streams, which should then end. */
  stop(): void;
  readonly stopped: boolean;
}

export function openStreamWatchers(events: Events): StreamWatchers {
  const watched = new Map<string, Set<Watch>>();
  let stopped = false;
  const nudgeAll = () => {
    for (const watches of watched.values()) for (const watch of watches) watch.nudge();
  };
  const forget = [
    events.on(({ executionId }) => {
      for (const watch of watched.get(executionId ?? '') ?? []) watch.nudge();
    }),
    events.onGap(nudgeAll),
  ];

  return {
    open(executionId) {
      const watches = watched.get(executionId) ?? new Set<Watch>();
      watched.set(executionId, watches);
      const watch = makeWatch(() => {
        watches.delete(watch);
        if (watches.size === 0) watched.delete(executionId);
      });
      watches.add(watch);
      return watch;
    },
    stop() {
      stopped = true;
      for (const stop of forget) stop();
      nudgeAll();
    },
    get stopped() {
      return stopped;
    },
  };
}

function makeWatch(close: () => void): Watch {
  let nudged = false;
  let wake: () => void = () => {};
  return {
    async next(ms) {
      if (!nudged) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const was = nudged;
      nudged = false;
      return was;
    },
    nudge() {
      nudged = true;
      wake();
    },
    close,
  };
}
