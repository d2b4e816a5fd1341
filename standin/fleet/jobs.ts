/** Work on the instances of endpoints: what runs, what waits for a free place, and what ends with its instance. */
import { toMilliseconds, type Clock } from '../clock.js';
import { jsonReply, type Plan, type Reply } from '../containers/container.js';
import { leastBusy, staying, type Worker } from './instances.js';
import type { Endpoint } from '../state.js';
import type { Outcome, Work } from './work.js';

export interface Jobs {
  /** Starts at once on the least busy worker, however busy it is. */
  run(crew: readonly Worker[], work: Work): void;
  /** Starts when a worker has a free place, in order of arrival, but not later than `ttlSeconds` from now. */
  queue(endpoint: Endpoint, work: Work, ttlSeconds: number): void;
  /** Starts waiting work if there are free places. */
  settle(endpoint: Endpoint): void;
  /** Kills waiting work. */
  drop(endpoint: Endpoint): void;
  /**
   * Gives the workers no more work, and removes each when it has ended its work, or killed it after a while. `gone` is
   * called with those removed together, `then` when all are removed. For a worker that is already leaving it only waits.
   */
  retire<T extends Worker>(workers: readonly T[], gone: (some: T[]) => void, then: () => void): void;
  /** Kills everything. */
  end(): void;
}

/** SageMaker "chooses an optimal value" if the configuration has none. Here it is one at a time. */
const PLACES_PER_INSTANCE = 1;
/** Virtual seconds: the first to stop an instance, the second between SIGTERM and SIGKILL for work on it. */
const RELEASE_SECONDS = 5;
const GRACE_SECONDS = 30;

export function openJobs(clock: Clock): Jobs {
  const queues = new Map<Endpoint, Work[]>();
  const busy = new Set<Worker>();

  function queueOf(endpoint: Endpoint): Work[] {
    const queue = queues.get(endpoint) ?? [];
    queues.set(endpoint, queue);
    return queue;
  }

  function begin(worker: Worker, work: Work, then: () => void): void {
    const { record } = work;
    const plan = work.plan();
    const cut = plan.computeSeconds > work.limitSeconds;
    record.status = 'running';
    record.startedAt = clock.now();
    record.computeSeconds = cut ? work.limitSeconds : plan.computeSeconds;
    // Produced while the clock runs, so that real work does not stretch the modelled time.
    const produced = cut ? undefined : produce(plan);
    const cancel = clock.after(record.computeSeconds, () => {
      if (!produced) return finish({ end: 'timedOut' });
      return produced.then((reply) => finish({ end: 'answered', reply }));
    });
    const finish = (outcome: Outcome): void => {
      if (!worker.running.delete(work)) return;
      close(work, outcome);
      if (worker.running.size === 0) {
        busy.delete(worker);
        worker.idle();
      }
      then();
    };
    busy.add(worker);
    worker.running.set(work, () => {
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
    record.finishedMs = clock.wall().getTime();
    if (outcome.end === 'killed') record.status = 'killed';
    else record.status = outcome.end === 'answered' && outcome.reply.status < 300 ? 'succeeded' : 'failed';
    work.ended(outcome);
  }

  function settle(endpoint: Endpoint): void {
    const waiting = queues.get(endpoint);
    if (!waiting) return;
    const places =
      endpoint.config.async?.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? PLACES_PER_INSTANCE;
    const crew = endpoint.variants[0]?.instances ?? [];
    for (let worker = leastBusy(crew); worker && worker.running.size < places; worker = leastBusy(crew)) {
      const work = waiting.shift();
      if (!work) return;
      begin(worker, work, () => settle(endpoint));
    }
  }

  function drop(endpoint: Endpoint): void {
    for (const work of queueOf(endpoint).splice(0)) close(work, { end: 'killed' });
    queues.delete(endpoint);
  }

  return {
    settle,
    drop,
    run(crew, work) {
      const worker = leastBusy(crew);
      if (worker) begin(worker, work, () => undefined);
      else close(work, { end: 'killed' });
    },
    queue(endpoint, work, ttlSeconds) {
      const waiting = queueOf(endpoint);
      waiting.push(work);
      // At instant speed all waits are zero, so requests would expire before an instance starts.
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
    retire(workers, gone, then) {
      let left = workers.length;
      if (left === 0) return then();
      for (const worker of workers) {
        worker.farewells.push(() => {
          left -= 1;
          if (left === 0) then();
        });
      }
      const here = new Set(staying(workers));
      let rested = false;
      const go = (): void => {
        const idle = [...here].filter(({ running }) => running.size === 0);
        if (!rested || idle.length === 0) return;
        for (const worker of idle) here.delete(worker);
        if (here.size === 0) spare();
        gone(idle);
        for (const farewell of idle.flatMap(({ farewells }) => farewells)) farewell();
      };
      for (const worker of here) Object.assign(worker, { stage: 'leaving', idle: go });
      clock.after(RELEASE_SECONDS, () => {
        rested = true;
        go();
      });
      const spare = clock.after(GRACE_SECONDS, () => here.forEach(kill));
    },
    end() {
      for (const endpoint of queues.keys()) drop(endpoint);
      for (const worker of busy) kill(worker);
    },
  };
}

function kill({ running }: Worker): void {
  for (const stop of running.values()) stop();
}

async function produce(plan: Plan): Promise<Reply> {
  try {
    return await plan.produce();
  } catch (error) {
    return jsonReply(500, { error: error instanceof Error ? error.message : String(error) });
  }
}
