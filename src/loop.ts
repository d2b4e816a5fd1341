/** Something done again and again, with a pause between; one failure is reported and the next turn comes all the same. */

export interface Loop {
  /** Brings the next turn forward. */
  wake(): void;
  /** Waits for a turn under way. */
  stop(): Promise<void>;
}

/** @param turn may answer how long to wait for the next one, in ms */
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
