/** Virtual time: every duration in the stand-in goes through here, so that an hour can pass in a minute or at once. */

/** Virtual seconds per real second, or `instant`: every duration is zero, though nothing happens in the caller's turn. */
export type Speed = number | 'instant';

export interface Clock {
  readonly speed: Speed;
  readonly startedAt: Date;
  /** Virtual seconds since the start, to the millisecond. With `instant` they are real seconds. */
  now(): number;
  /** Runs `act` after that many virtual seconds; the answer cancels it. */
  after(seconds: number, act: () => void): () => void;
  /** Cancels everything that is still to come. */
  stop(): void;
}

export function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

export function parseSpeed(text: string): Speed {
  if (text === 'instant') return 'instant';
  const speed = Number(text);
  if (!Number.isFinite(speed) || speed <= 0) {
    throw new Error(`Speed must be a number above 0, or "instant"; it was "${text}".`);
  }
  return speed;
}

export function startClock(speed: Speed): Clock {
  const startedAt = new Date();
  const origin = performance.now();
  const rate = speed === 'instant' ? 1 : speed;
  const pending = new Set<NodeJS.Timeout>();
  return {
    speed,
    startedAt,
    now: () => toMilliseconds(((performance.now() - origin) / 1000) * rate),
    after(seconds, act) {
      const delayMs = speed === 'instant' ? 0 : (seconds * 1000) / rate;
      const timer = setTimeout(() => {
        pending.delete(timer);
        act();
      }, delayMs);
      pending.add(timer);
      return () => {
        clearTimeout(timer);
        pending.delete(timer);
      };
    },
    stop() {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}
