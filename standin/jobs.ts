/** Work on the instances of endpoints: what runs, what waits for a free place, and what dies with its instance. */
import { toMilliseconds, type Clock } from './clock.js';
import { jsonReply, type Plan, type Reply } from './containers/container.js';
import type { Invocation } from './ledger.js';
import type { Endpoint } from './state.js';

/** `timedOut`: cut at its limit. `killed`: the instance went away, or the request grew too old in the queue. */
export type Outcome = { end: 'answered'; reply: Reply } | { end: 'timedOut' } | { end: 'killed' };

export interface Work {
  record: Invocation;
  /** Asks the container, when the work begins. */
  plan(): Plan;
  /** Virtual seconds after which the work is cut. */
  limitSeconds: number;
  ended(outcome: Outcome): void;
}

export interface Jobs {
  /** Runs at once, however busy the endpoint is. */
  run(endpoint: Endpoint, work: Work): void;
  /** Runs when an instance has a free place, in order of arrival, but not later than `ttlSeconds` from now. */
  queue(endpoint: Endpoint, work: Work, ttlSeconds: number): void;
  /** Starts waiting work if there is room, and kills the newest running work if there is too little. */
  settle(endpoint: Endpoint): void;
  /** Kills everything that runs or waits. */
  killAll(endpoint: Endpoint): void;
}

interface Desk {
  waiting: Work[];
  /** Running work with the way to kill it, oldest first. */
  running: Map<Work, () => void>;
}

/** SageMaker "chooses an optimal value" if the configuration names none; here it is one at a time. */
const PLACES_PER_INSTANCE = 1;

export function openJobs(clock: Clock): Jobs {
  const desks = new WeakMap<Endpoint, Desk>();

  function deskOf(endpoint: Endpoint): Desk {
    const desk = desks.get(endpoint) ?? { waiting: [], running: new Map() };
    desks.set(endpoint, desk);
    return desk;
  }

  function begin(endpoint: Endpoint, work: Work): void {
    const { running } = deskOf(endpoint);
    const { record } = work;
    const plan = work.plan();
    const cut = plan.computeSeconds > work.limitSeconds;
    record.status = 'running';
    record.startedAt = clock.now();
    record.computeSeconds = cut ? work.limitSeconds : plan.computeSeconds;
    // Produced while the clock runs, so that the real work does not stretch the modelled time.
    const produced = cut ? undefined : produce(plan);
    const cancel = clock.after(record.computeSeconds, () => {
      void (produced ?? Promise.resolve(undefined)).then((reply) =>
        finish(reply ? { end: 'answered', reply } : { end: 'timedOut' }),
      );
    });
    const finish = (outcome: Outcome): void => {
      if (!running.delete(work)) return;
      close(work, outcome);
      settle(endpoint);
    };
    running.set(work, () => {
      cancel();
      record.computeSeconds = Math.min(
        record.computeSeconds,
        toMilliseconds(clock.now() - (record.startedAt ?? 0)),
      );
      finish({ end: 'killed' });
    });
  }

  function close(work: Work, outcome: Outcome): void {
    const { record } = work;
    record.finishedAt = clock.now();
    record.finishedMs = Date.now();
    if (outcome.end === 'killed') record.status = 'killed';
    else record.status = outcome.end === 'answered' && outcome.reply.status < 300 ? 'succeeded' : 'failed';
    work.ended(outcome);
  }

  function settle(endpoint: Endpoint): void {
    const { waiting, running } = deskOf(endpoint);
    const async = endpoint.config.async;
    if (!async) return;
    const perInstance = async.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? PLACES_PER_INSTANCE;
    const alive = endpoint.variants.reduce((sum, variant) => sum + variant.current, 0) * perInstance;
    const staying =
      endpoint.variants.reduce((sum, variant) => sum + Math.min(variant.current, variant.desired), 0) *
      perInstance;
    for (const kill of [...running.values()].slice(alive)) kill();
    while (waiting.length > 0 && running.size < staying) begin(endpoint, waiting.shift() as Work);
  }

  return {
    run: begin,
    settle,
    queue(endpoint, work, ttlSeconds) {
      const { waiting } = deskOf(endpoint);
      waiting.push(work);
      // At instant speed all waits are zero, and no request would live to see an instance.
      if (clock.speed !== 'instant') {
        clock.after(ttlSeconds, () => {
          const place = waiting.indexOf(work);
          if (place < 0) return;
          waiting.splice(place, 1);
          close(work, { end: 'killed' });
        });
      }
      settle(endpoint);
    },
    killAll(endpoint) {
      const { waiting, running } = deskOf(endpoint);
      for (const work of waiting.splice(0)) close(work, { end: 'killed' });
      for (const kill of running.values()) kill();
    },
  };
}

async function produce(plan: Plan): Promise<Reply> {
  try {
    return await plan.produce();
  } catch (error) {
    return jsonReply(500, { error: error instanceof Error ? error.message : String(error) });
  }
}
