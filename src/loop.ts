/** Repeats a task with a pause between. A failure is reported, and the next run follows as usual. */

export interface Loop {
  /** Starts the next run now. */
  wake(): void;
  /** Waits for the current run. */
  stop(): Promise<void>;
}

/** @param turn may return the pause before the next run, in ms */
export function startLoop(
  turn: () => Promise<number | void>,
  everyMs: number,
  onError: (error: unknown) => void,
): Loop {
  let stopped = false;
  let pause: { timer: NodeJS.Timeout; end: () => void } | undefined;
  let woken = false;

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      if (woken || stopped) return resolve();
      const end = () => {
        clearTimeout(timer);
        pause = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      pause = { timer, end };
    });

  const running = (async () => {
    for (;;) {
      if (stopped) return;
      woken = false;
      let next: number | void = undefined;
      try {
        next = await turn();
      } catch (error) {
        onError(error);
      }
      await rest(next ?? everyMs);
    }
  })();

  return {
    wake() {
      woken = true;
      pause?.end();
    },
    async stop() {
      stopped = true;
      pause?.end();
      await running;
    },
  };
}
